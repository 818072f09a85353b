using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// Products with float16 vectors, two numbers per 32-bit lane. Shifting the bits of a float16 to the positions of a
/// float32 yields its value times 2^-112; the other factor is scaled by 2^112, so that no conversion instruction is
/// needed. Even and odd elements are in separate vectors.
/// </summary>
internal static unsafe class HalfVectors
{
    /// <summary>Head widths are padded to a multiple of this.</summary>
    public const int Chunk = 16;

    /// <summary>The scale of the other factor.</summary>
    public const float Balance = 5.192297e33f; // 2^112

    private const int Lanes = 8;
    private const int Shift = 3;

    /// <summary>Prefetch distance in elements: eight positions with the released models' head width.</summary>
    private const int Ahead = 1024;

    /// <summary>Splits a vector into even and odd elements, a chunk of 16 at a time, times a factor.</summary>
    public static void Split(float* x, int width, int stride, float factor, float* split)
    {
        for (int i = 0; i < stride; i++)
        {
            float value = i < width ? x[i] * factor : 0;
            split[i / Chunk * Chunk + i % 2 * Lanes + i % Chunk / 2] = value;
        }
    }

    /// <summary>Undoes <see cref="Split"/>.</summary>
    public static void Join(float* split, int width, float* x)
    {
        for (int i = 0; i < width; i++)
            x[i] = split[i / Chunk * Chunk + i % 2 * Lanes + i % Chunk / 2];
    }

    /// <summary>Dot products of one query with several keys.</summary>
    public static void Scores(float* query, ushort* keys, int count, int stride, float* scores)
    {
        for (int p = 0; p < count; p++, keys += stride)
        {
            Vector256<float> even = default, odd = default;
            for (int i = 0; i < stride; i += Chunk)
            {
                Prefetch(keys + i);
                Vector256<int> pair = Vector256.Load((int*)(keys + i));
                even = Vector256.MultiplyAddEstimate(Even(pair), Vector256.Load(query + i), even);
                odd = Vector256.MultiplyAddEstimate(Odd(pair), Vector256.Load(query + i + Lanes), odd);
            }
            scores[p] = Vector256.Sum(even + odd);
        }
    }

    /// <summary>The same for four queries at a distance of one stride, into rows of scores.</summary>
    public static void Scores4(float* queries, ushort* keys, int count, int stride, float* scores, int scoreStride)
    {
        for (int p = 0; p < count; p++, keys += stride)
        {
            Vector256<float> e0 = default, e1 = default, e2 = default, e3 = default;
            Vector256<float> o0 = default, o1 = default, o2 = default, o3 = default;
            for (int i = 0; i < stride; i += Chunk)
            {
                Vector256<int> pair = Vector256.Load((int*)(keys + i));
                Vector256<float> even = Even(pair), odd = Odd(pair);
                float* query = queries + i;
                e0 = Vector256.MultiplyAddEstimate(even, Vector256.Load(query), e0);
                o0 = Vector256.MultiplyAddEstimate(odd, Vector256.Load(query + Lanes), o0);
                e1 = Vector256.MultiplyAddEstimate(even, Vector256.Load(query + stride), e1);
                o1 = Vector256.MultiplyAddEstimate(odd, Vector256.Load(query + stride + Lanes), o1);
                e2 = Vector256.MultiplyAddEstimate(even, Vector256.Load(query + 2 * stride), e2);
                o2 = Vector256.MultiplyAddEstimate(odd, Vector256.Load(query + 2 * stride + Lanes), o2);
                e3 = Vector256.MultiplyAddEstimate(even, Vector256.Load(query + 3 * stride), e3);
                o3 = Vector256.MultiplyAddEstimate(odd, Vector256.Load(query + 3 * stride + Lanes), o3);
            }
            scores[p] = Vector256.Sum(e0 + o0);
            scores[p + scoreStride] = Vector256.Sum(e1 + o1);
            scores[p + 2 * scoreStride] = Vector256.Sum(e2 + o2);
            scores[p + 3 * scoreStride] = Vector256.Sum(e3 + o3);
        }
    }

    /// <summary>Adds weighted values to a sum in split form.</summary>
    public static void Mix(float* weights, ushort* values, int count, int stride, float* sum)
    {
        int i = 0;
        for (; i + 4 * Chunk <= stride; i += 4 * Chunk)
            Mix64(weights, values + i, count, stride, sum + i);
        for (; i < stride; i += Chunk)
            Mix16(weights, values + i, count, stride, sum + i);
    }

    /// <summary>The same for four rows of weights, with sums at a distance of one stride.</summary>
    public static void Mix4(float* weights, int weightStride, ushort* values, int count, int stride, float* sums)
    {
        for (int i = 0; i < stride; i += Chunk)
        {
            float* s0 = sums + i, s1 = s0 + stride, s2 = s1 + stride, s3 = s2 + stride;
            Vector256<float> e0 = Vector256.Load(s0), e1 = Vector256.Load(s1);
            Vector256<float> e2 = Vector256.Load(s2), e3 = Vector256.Load(s3);
            Vector256<float> o0 = Vector256.Load(s0 + Lanes), o1 = Vector256.Load(s1 + Lanes);
            Vector256<float> o2 = Vector256.Load(s2 + Lanes), o3 = Vector256.Load(s3 + Lanes);
            ushort* v = values + i;
            float* w = weights;
            for (int p = 0; p < count; p++, v += stride, w++)
            {
                Vector256<int> pair = Vector256.Load((int*)v);
                Vector256<float> even = Even(pair), odd = Odd(pair), weight = Vector256.Create(w[0]);
                e0 = Vector256.MultiplyAddEstimate(even, weight, e0);
                o0 = Vector256.MultiplyAddEstimate(odd, weight, o0);
                weight = Vector256.Create(w[weightStride]);
                e1 = Vector256.MultiplyAddEstimate(even, weight, e1);
                o1 = Vector256.MultiplyAddEstimate(odd, weight, o1);
                weight = Vector256.Create(w[2 * weightStride]);
                e2 = Vector256.MultiplyAddEstimate(even, weight, e2);
                o2 = Vector256.MultiplyAddEstimate(odd, weight, o2);
                weight = Vector256.Create(w[3 * weightStride]);
                e3 = Vector256.MultiplyAddEstimate(even, weight, e3);
                o3 = Vector256.MultiplyAddEstimate(odd, weight, o3);
            }
            e0.Store(s0);
            o0.Store(s0 + Lanes);
            e1.Store(s1);
            o1.Store(s1 + Lanes);
            e2.Store(s2);
            o2.Store(s2 + Lanes);
            e3.Store(s3);
            o3.Store(s3 + Lanes);
        }
    }

    private static void Mix64(float* weights, ushort* values, int count, int stride, float* sum)
    {
        Vector256<float> e0 = Vector256.Load(sum), o0 = Vector256.Load(sum + 8);
        Vector256<float> e1 = Vector256.Load(sum + 16), o1 = Vector256.Load(sum + 24);
        Vector256<float> e2 = Vector256.Load(sum + 32), o2 = Vector256.Load(sum + 40);
        Vector256<float> e3 = Vector256.Load(sum + 48), o3 = Vector256.Load(sum + 56);
        for (int p = 0; p < count; p++, values += stride)
        {
            Prefetch(values);
            Prefetch(values + 32);
            var weight = Vector256.Create(weights[p]);
            Vector256<int> pair = Vector256.Load((int*)values);
            e0 = Vector256.MultiplyAddEstimate(Even(pair), weight, e0);
            o0 = Vector256.MultiplyAddEstimate(Odd(pair), weight, o0);
            pair = Vector256.Load((int*)(values + 16));
            e1 = Vector256.MultiplyAddEstimate(Even(pair), weight, e1);
            o1 = Vector256.MultiplyAddEstimate(Odd(pair), weight, o1);
            pair = Vector256.Load((int*)(values + 32));
            e2 = Vector256.MultiplyAddEstimate(Even(pair), weight, e2);
            o2 = Vector256.MultiplyAddEstimate(Odd(pair), weight, o2);
            pair = Vector256.Load((int*)(values + 48));
            e3 = Vector256.MultiplyAddEstimate(Even(pair), weight, e3);
            o3 = Vector256.MultiplyAddEstimate(Odd(pair), weight, o3);
        }
        e0.Store(sum);
        o0.Store(sum + 8);
        e1.Store(sum + 16);
        o1.Store(sum + 24);
        e2.Store(sum + 32);
        o2.Store(sum + 40);
        e3.Store(sum + 48);
        o3.Store(sum + 56);
    }

    private static void Mix16(float* weights, ushort* values, int count, int stride, float* sum)
    {
        Vector256<float> even = Vector256.Load(sum), odd = Vector256.Load(sum + Lanes);
        for (int p = 0; p < count; p++, values += stride)
        {
            Vector256<int> pair = Vector256.Load((int*)values);
            var weight = Vector256.Create(weights[p]);
            even = Vector256.MultiplyAddEstimate(Even(pair), weight, even);
            odd = Vector256.MultiplyAddEstimate(Odd(pair), weight, odd);
        }
        even.Store(sum);
        odd.Store(sum + Lanes);
    }

    /// <summary>
    /// Prefetches explicitly, because hardware prefetching stops at page boundaries. Addresses beyond a head's
    /// positions belong to the next head.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(ushort* at)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(at + Ahead);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Even(Vector256<int> pair) => Odd(Vector256.ShiftLeft(pair, 16));

    /// <summary>
    /// Forms sign, three zero bits, exponent and mantissa: the arithmetic shift replicates the sign, and the mask
    /// keeps one copy.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Odd(Vector256<int> pair) =>
        (Vector256.ShiftRightArithmetic(pair, Shift) & Vector256.Create(unchecked((int)0x8FFFE000))).AsSingle();
}
