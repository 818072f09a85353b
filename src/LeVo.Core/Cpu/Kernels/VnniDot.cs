using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// AVX-VNNI: multiplies and accumulates in one instruction; an offset of 128 makes the weights unsigned.
/// </summary>
internal readonly struct VnniDot : IDotInstructions
{
    public static bool IsSupported => AvxVnni.IsSupported && Avx2Dot.IsSupported;

    public static int Offset8 => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<sbyte> Broadcast(sbyte* inputs) => Avx2Dot.Broadcast(inputs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Prepare(Vector256<sbyte> weights) => weights.AsByte() ^ Vector256.Create((byte)128);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add8(
        Vector256<int> sum, Vector256<sbyte> weights, Vector256<byte> prepared, Vector256<sbyte> inputs) =>
        AvxVnni.MultiplyWideningAndAdd(sum, prepared, inputs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add4(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> inputs) =>
        AvxVnni.MultiplyWideningAndAdd(sum, weights, inputs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Finish4(Vector256<int> sum) => sum;
}
