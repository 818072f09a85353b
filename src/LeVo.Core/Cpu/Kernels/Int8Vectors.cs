using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// Products of 8-bit integers, keys and values, with 16-bit integers, queries and weights, summed in 32 bits: twice as many
/// elements an instruction as with float32, and the same result whatever the order of the sums.
/// </summary>
internal static unsafe class Int8Vectors
{
    /// <summary>Floats before the integers of a query: its scale, and padding to a vector.</summary>
    public const int QueryHeader = 8;

    private const int Chunk = 16;
    private const int Lanes = 8;
    private const int Line = 64;

    /// <summary>Prefetch distance in bytes: 16 positions with the released models' head width.</summary>
    private const int Ahead = 2048;

    /// <summary>Quantises a vector to 8 bits and returns its scale.</summary>
    public static float Quantize(float* x, int count, sbyte* target)
    {
        short* wide = stackalloc short[count];
        float scale = Quantize(x, count, wide, sbyte.MaxValue);
        for (int i = 0; i < count; i++)
            target[i] = (sbyte)wide[i];
        return scale;
    }

    /// <summary>Quantises a vector to integers of at most a magnitude and returns their scale. Values that are not finite
    /// become arbitrary integers in range; the scale propagates them.</summary>
    public static float Quantize(float* x, int count, short* target, int most)
    {
        float largest = Math.Abs(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<float>(x, count)));
        float inverse = largest > 0 ? most / largest : 0;
        int i = 0;
        for (; i + Chunk <= count; i += Chunk)
        {
            Vector256.Narrow(Round(Vector256.Load(x + i), inverse, most), Round(Vector256.Load(x + i + Lanes), inverse, most))
                .Store(target + i);
        }
        for (; i < count; i++)
            target[i] = (short)Round(Vector256.CreateScalar(x[i]), inverse, most)[0];
        return largest / most;
    }

    /// <summary>Scores of one query.</summary>
    public static void Scores(float* query, KvPart keys, int count, float* scores)
    {
        short* integers = (short*)(query + QueryHeader);
        int stride = keys.Stride, p = 0;
        sbyte* key = (sbyte*)keys.Data;
        var scale = Vector128.Create(*query);
        for (; p + 4 <= count; p += 4, key += 4 * stride)
        {
            Vector256<int> a = default, b = default, c = default, d = default;
            for (int i = 0; i < stride; i += Chunk)
            {
                Prefetch(key + 4 * i);
                Vector256<short> q = Vector256.Load(integers + i);
                a += Multiply(Widen(key + i), q);
                b += Multiply(Widen(key + stride + i), q);
                c += Multiply(Widen(key + 2 * stride + i), q);
                d += Multiply(Widen(key + 3 * stride + i), q);
            }
            (Vector128.ConvertToSingle(Sum4(a, b, c, d)) * (Vector128.Load(keys.Scales + p) * scale)).Store(scores + p);
        }
        for (; p < count; p++, key += stride)
        {
            Vector256<int> a = default;
            for (int i = 0; i < stride; i += Chunk)
                a += Multiply(Widen(key + i), Vector256.Load(integers + i));
            scores[p] = Vector256.Sum(a) * (keys.Scales[p] * *query);
        }
    }

    /// <summary>The same of four queries without gaps, into rows of scores.</summary>
    public static void Scores4(float* queries, KvPart keys, int count, float* scores, int scoreStride)
    {
        int stride = keys.Stride, next = QueryHeader + stride / 2;
        short* q0 = (short*)(queries + QueryHeader), q1 = q0 + 2 * next, q2 = q1 + 2 * next, q3 = q2 + 2 * next;
        var scale = Vector128.Create(queries[0], queries[next], queries[2 * next], queries[3 * next]);
        sbyte* key = (sbyte*)keys.Data;
        for (int p = 0; p < count; p++, key += stride)
        {
            Vector256<int> a = default, b = default, c = default, d = default;
            for (int i = 0; i < stride; i += Chunk)
            {
                Vector256<short> k = Widen(key + i);
                a += Multiply(k, Vector256.Load(q0 + i));
                b += Multiply(k, Vector256.Load(q1 + i));
                c += Multiply(k, Vector256.Load(q2 + i));
                d += Multiply(k, Vector256.Load(q3 + i));
            }
            Vector128<float> four = Vector128.ConvertToSingle(Sum4(a, b, c, d)) * (scale * keys.Scales[p]);
            scores[p] = four[0];
            scores[p + scoreStride] = four[1];
            scores[p + 2 * scoreStride] = four[2];
            scores[p + 3 * scoreStride] = four[3];
        }
    }

    /// <summary>Adds weighted values to a sum: those of at most a stretch.</summary>
    /// <param name="weights">Integers of the weights, two a pair.</param>
    /// <param name="scale">Their scale.</param>
    /// <param name="values">The first pair.</param>
    /// <param name="pairs">Number of pairs.</param>
    /// <param name="stride">Elements of a position.</param>
    /// <param name="sum">The sum, <c>[stride]</c>.</param>
    public static void Mix(short* weights, float scale, sbyte* values, int pairs, int stride, float* sum)
    {
        int i = 0;
        for (; i + 4 * Chunk <= stride; i += 4 * Chunk)
            Mix64(weights, scale, values + 2 * i, pairs, stride, sum + i);
        for (; i < stride; i += Lanes)
        {
            Vector256<int> a = default;
            sbyte* value = values + 2 * i;
            for (int p = 0; p < pairs; p++, value += 2 * stride)
                a += Multiply(Widen(value), Pair(weights, p));
            Add(a, scale, sum + i);
        }
    }

    /// <summary>The same of four rows of weights, with sums at a distance of one stride.</summary>
    public static void Mix4(
        short* weights, int weightStride, float* scales, sbyte* values, int pairs, int stride, float* sums)
    {
        short* w1 = weights + weightStride, w2 = w1 + weightStride, w3 = w2 + weightStride;
        for (int i = 0; i < stride; i += 2 * Lanes)
        {
            Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default;
            Vector256<int> b0 = default, b1 = default, b2 = default, b3 = default;
            sbyte* value = values + 2 * i;
            for (int p = 0; p < pairs; p++, value += 2 * stride)
            {
                Vector256<short> a = Widen(value), b = Widen(value + 2 * Lanes), weight = Pair(weights, p);
                a0 += Multiply(a, weight);
                b0 += Multiply(b, weight);
                weight = Pair(w1, p);
                a1 += Multiply(a, weight);
                b1 += Multiply(b, weight);
                weight = Pair(w2, p);
                a2 += Multiply(a, weight);
                b2 += Multiply(b, weight);
                weight = Pair(w3, p);
                a3 += Multiply(a, weight);
                b3 += Multiply(b, weight);
            }
            float* sum = sums + i;
            Add(a0, scales[0], sum);
            Add(b0, scales[0], sum + Lanes);
            Add(a1, scales[1], sum + stride);
            Add(b1, scales[1], sum + stride + Lanes);
            Add(a2, scales[2], sum + 2 * stride);
            Add(b2, scales[2], sum + 2 * stride + Lanes);
            Add(a3, scales[3], sum + 3 * stride);
            Add(b3, scales[3], sum + 3 * stride + Lanes);
        }
    }

    private static void Mix64(short* weights, float scale, sbyte* values, int pairs, int stride, float* sum)
    {
        Vector256<int> a = default, b = default, c = default, d = default;
        Vector256<int> e = default, f = default, g = default, h = default;
        for (int p = 0; p < pairs; p++, values += 2 * stride)
        {
            Prefetch(values);
            Prefetch(values + Line);
            Vector256<short> weight = Pair(weights, p);
            a += Multiply(Widen(values), weight);
            b += Multiply(Widen(values + Chunk), weight);
            c += Multiply(Widen(values + 2 * Chunk), weight);
            d += Multiply(Widen(values + 3 * Chunk), weight);
            e += Multiply(Widen(values + 4 * Chunk), weight);
            f += Multiply(Widen(values + 5 * Chunk), weight);
            g += Multiply(Widen(values + 6 * Chunk), weight);
            h += Multiply(Widen(values + 7 * Chunk), weight);
        }
        Add(a, scale, sum);
        Add(b, scale, sum + Lanes);
        Add(c, scale, sum + 2 * Lanes);
        Add(d, scale, sum + 3 * Lanes);
        Add(e, scale, sum + 4 * Lanes);
        Add(f, scale, sum + 5 * Lanes);
        Add(g, scale, sum + 6 * Lanes);
        Add(h, scale, sum + 7 * Lanes);
    }

    /// <summary>Prefetches explicitly, because hardware prefetching stops at page boundaries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(sbyte* at)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(at + Ahead);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector256<int> sum, float scale, float* target) => Vector256.MultiplyAddEstimate(
        Vector256.ConvertToSingle(sum), Vector256.Create(scale), Vector256.Load(target)).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pair(short* weights, int pair) => Vector256.Create(((int*)weights)[pair]).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Widen(sbyte* at)
    {
        if (Avx2.IsSupported)
            return Avx2.ConvertToVector256Int16(at);
        Vector128<sbyte> bytes = Vector128.Load(at);
        return Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
    }

    /// <summary>Products of 16-bit integers, the two of each 32-bit lane added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Multiply(Vector256<short> a, Vector256<short> b)
    {
        if (Avx2.IsSupported)
            return Avx2.MultiplyAddAdjacent(a, b);
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return Low(x) * Low(y) + Vector256.ShiftRightArithmetic(x, 16) * Vector256.ShiftRightArithmetic(y, 16);

        static Vector256<int> Low(Vector256<int> pair) => Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(pair, 16), 16);
    }

    /// <summary>The sums of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sum4(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        if (Avx2.IsSupported)
        {
            Vector256<int> all = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
            return all.GetLower() + all.GetUpper();
        }
        return Vector128.Create(Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> x, float inverse, float most) => Vector256.ConvertToInt32(
        Vector256.Round(Vector256.Min(Vector256.Max(x * inverse, Vector256.Create(-most)), Vector256.Create(most))));
}
