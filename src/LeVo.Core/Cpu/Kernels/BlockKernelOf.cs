using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// The kernel for one instruction set. Each weight is loaded once for two or four rows. Sums are exact integers
/// within a group and float32 across groups, in the same order for every row, so that a row's result does not depend
/// on the other rows.
/// </summary>
internal sealed unsafe class BlockKernel<T>(string name) : BlockKernel where T : struct, IDotInstructions
{
    private const int Lanes = BlockFormat.Outputs;
    private const int Bytes = 32;
    private const int Line = 64;
    private const int Ahead = 2048;

    public override string Name => name;

    public override int LargestInput => T.LargestInput;

    public override void Multiply(
        WeightBits bits, byte* weights, ushort* scales, int groups, QuantizedRows rows, int row, int count,
        float* results)
    {
        // Missing rows repeat the last one; their results are ignored.
        Row r0 = At(0), r1 = At(1);
        if (count <= 2)
        {
            if (bits == WeightBits.Eight)
                Two8(weights, scales, groups, r0, r1, results);
            else
                Two4(weights, scales, groups, r0, r1, results);
            return;
        }
        if (bits == WeightBits.Eight)
            Four8(weights, scales, groups, r0, r1, At(2), At(3), results);
        else
            Four4(weights, scales, groups, r0, r1, At(2), At(3), results);

        Row At(int i)
        {
            int at = row + Math.Min(i, count - 1);
            return new(rows.Values(at, groups), rows.Scales(at, groups), rows.Sums(at, groups));
        }
    }

    private readonly struct Row(sbyte* values, float* scales, int* sums)
    {
        public readonly sbyte* Values = values;
        public readonly float* Scales = scales;
        public readonly int* Sums = sums;
    }

    private static void Two8(byte* weights, ushort* scales, int groups, Row r0, Row r1, float* results)
    {
        Vector256<float> f0 = default, f1 = default;
        sbyte* a0 = r0.Values, a1 = r1.Values;
        for (int g = 0; g < groups; g++)
        {
            Prefetch(weights, eight: true);
            Vector256<int> s0 = Start8(r0, g), s1 = Start8(r1, g);
            // Written out: the loop's own instructions would take a fifth of the time.
            Add8(ref s0, ref s1, weights, a0, a1, 0);
            Add8(ref s0, ref s1, weights, a0, a1, 1);
            Add8(ref s0, ref s1, weights, a0, a1, 2);
            Add8(ref s0, ref s1, weights, a0, a1, 3);
            Add8(ref s0, ref s1, weights, a0, a1, 4);
            Add8(ref s0, ref s1, weights, a0, a1, 5);
            Add8(ref s0, ref s1, weights, a0, a1, 6);
            Add8(ref s0, ref s1, weights, a0, a1, 7);
            weights += BlockFormat.Quads * Bytes;
            a0 += BlockFormat.Group;
            a1 += BlockFormat.Group;
            Vector256<float> scale = Scale(scales + g * Lanes);
            f0 = Accumulate(f0, s0, scale, r0.Scales[g]);
            f1 = Accumulate(f1, s1, scale, r1.Scales[g]);
        }
        f0.Store(results);
        f1.Store(results + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add8(
        ref Vector256<int> s0, ref Vector256<int> s1, byte* weights, sbyte* a0, sbyte* a1, [ConstantExpected] int quad)
    {
        Vector256<sbyte> w = Vector256.Load((sbyte*)weights + quad * Bytes);
        Vector256<byte> prepared = T.Prepare(w);
        s0 = T.Add8(s0, w, prepared, T.Broadcast(a0 + quad * BlockFormat.Quad));
        s1 = T.Add8(s1, w, prepared, T.Broadcast(a1 + quad * BlockFormat.Quad));
    }

    private static void Four8(
        byte* weights, ushort* scales, int groups, Row r0, Row r1, Row r2, Row r3, float* results)
    {
        Vector256<float> f0 = default, f1 = default, f2 = default, f3 = default;
        sbyte* a0 = r0.Values, a1 = r1.Values, a2 = r2.Values, a3 = r3.Values;
        for (int g = 0; g < groups; g++)
        {
            Vector256<int> s0 = Start8(r0, g), s1 = Start8(r1, g), s2 = Start8(r2, g), s3 = Start8(r3, g);
            for (int q = 0; q < BlockFormat.Quads; q++, weights += Bytes)
            {
                Vector256<sbyte> w = Vector256.Load((sbyte*)weights);
                Vector256<byte> prepared = T.Prepare(w);
                nint at = (nint)g * BlockFormat.Group + q * BlockFormat.Quad;
                s0 = T.Add8(s0, w, prepared, T.Broadcast(a0 + at));
                s1 = T.Add8(s1, w, prepared, T.Broadcast(a1 + at));
                s2 = T.Add8(s2, w, prepared, T.Broadcast(a2 + at));
                s3 = T.Add8(s3, w, prepared, T.Broadcast(a3 + at));
            }
            Vector256<float> scale = Scale(scales + g * Lanes);
            f0 = Accumulate(f0, s0, scale, r0.Scales[g]);
            f1 = Accumulate(f1, s1, scale, r1.Scales[g]);
            f2 = Accumulate(f2, s2, scale, r2.Scales[g]);
            f3 = Accumulate(f3, s3, scale, r3.Scales[g]);
        }
        f0.Store(results);
        f1.Store(results + Lanes);
        f2.Store(results + 2 * Lanes);
        f3.Store(results + 3 * Lanes);
    }

    private static void Two4(byte* weights, ushort* scales, int groups, Row r0, Row r1, float* results)
    {
        Vector256<float> f0 = default, f1 = default;
        sbyte* a0 = r0.Values, a1 = r1.Values;
        for (int g = 0; g < groups; g++)
        {
            Prefetch(weights, eight: false);
            Vector256<int> s0 = default, s1 = default;
            Add4(ref s0, ref s1, weights, a0, a1, 0);
            Add4(ref s0, ref s1, weights, a0, a1, 1);
            Add4(ref s0, ref s1, weights, a0, a1, 2);
            Add4(ref s0, ref s1, weights, a0, a1, 3);
            weights += BlockFormat.Quads / 2 * Bytes;
            a0 += BlockFormat.Group;
            a1 += BlockFormat.Group;
            Vector256<float> scale = Scale(scales + g * Lanes);
            f0 = Accumulate(f0, End4(s0, r0, g), scale, r0.Scales[g]);
            f1 = Accumulate(f1, End4(s1, r1, g), scale, r1.Scales[g]);
        }
        f0.Store(results);
        f1.Store(results + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add4(
        ref Vector256<int> s0, ref Vector256<int> s1, byte* weights, sbyte* a0, sbyte* a1, [ConstantExpected] int pair)
    {
        Vector256<byte> nibble = Vector256.Create((byte)15), w = Vector256.Load(weights + pair * Bytes);
        Vector256<byte> low = w & nibble, high = Vector256.ShiftRightLogical(w.AsUInt16(), 4).AsByte() & nibble;
        int first = 2 * pair * BlockFormat.Quad, second = first + BlockFormat.Quad;
        s0 = T.Add4(T.Add4(s0, low, T.Broadcast(a0 + first)), high, T.Broadcast(a0 + second));
        s1 = T.Add4(T.Add4(s1, low, T.Broadcast(a1 + first)), high, T.Broadcast(a1 + second));
    }

    private static void Four4(
        byte* weights, ushort* scales, int groups, Row r0, Row r1, Row r2, Row r3, float* results)
    {
        Vector256<float> f0 = default, f1 = default, f2 = default, f3 = default;
        Vector256<byte> nibble = Vector256.Create((byte)15);
        sbyte* a0 = r0.Values, a1 = r1.Values, a2 = r2.Values, a3 = r3.Values;
        for (int g = 0; g < groups; g++)
        {
            Vector256<int> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int q = 0; q < BlockFormat.Quads; q += 2, weights += Bytes)
            {
                Vector256<byte> w = Vector256.Load(weights);
                Vector256<byte> low = w & nibble, high = Vector256.ShiftRightLogical(w.AsUInt16(), 4).AsByte() & nibble;
                nint at = (nint)g * BlockFormat.Group + q * BlockFormat.Quad, next = at + BlockFormat.Quad;
                s0 = T.Add4(T.Add4(s0, low, T.Broadcast(a0 + at)), high, T.Broadcast(a0 + next));
                s1 = T.Add4(T.Add4(s1, low, T.Broadcast(a1 + at)), high, T.Broadcast(a1 + next));
                s2 = T.Add4(T.Add4(s2, low, T.Broadcast(a2 + at)), high, T.Broadcast(a2 + next));
                s3 = T.Add4(T.Add4(s3, low, T.Broadcast(a3 + at)), high, T.Broadcast(a3 + next));
            }
            Vector256<float> scale = Scale(scales + g * Lanes);
            f0 = Accumulate(f0, End4(s0, r0, g), scale, r0.Scales[g]);
            f1 = Accumulate(f1, End4(s1, r1, g), scale, r1.Scales[g]);
            f2 = Accumulate(f2, End4(s2, r2, g), scale, r2.Scales[g]);
            f3 = Accumulate(f3, End4(s3, r3, g), scale, r3.Scales[g]);
        }
        f0.Store(results);
        f1.Store(results + Lanes);
        f2.Store(results + 2 * Lanes);
        f3.Store(results + 3 * Lanes);
    }

    /// <summary>
    /// Prefetches the weights of a later group, because hardware prefetching stops at page boundaries. Addresses beyond
    /// the block belong to the next block.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* weights, bool eight)
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(weights + Ahead);
        Sse.Prefetch0(weights + Ahead + Line);
        if (eight)
        {
            Sse.Prefetch0(weights + Ahead + 2 * Line);
            Sse.Prefetch0(weights + Ahead + 3 * Line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Start8(in Row row, int group) =>
        T.Offset8 == 0 ? default : Vector256.Create(-T.Offset8 * row.Sums[group]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> End4(Vector256<int> sum, in Row row, int group) =>
        T.Finish4(sum) - Vector256.Create(BlockFormat.Zero4 * row.Sums[group]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Accumulate(
        Vector256<float> total, Vector256<int> sum, Vector256<float> weightScale, float inputScale) =>
        Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(sum), weightScale * inputScale, total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scale(ushort* scales)
    {
        if (Avx2.IsSupported)
            return Vector256.ShiftLeft(Avx2.ConvertToVector256Int32(scales), 16).AsSingle();
        Vector128<ushort> halves = Vector128.Load(scales);
        return Vector256.ShiftLeft(
            Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves)), 16).AsSingle();
    }
}
