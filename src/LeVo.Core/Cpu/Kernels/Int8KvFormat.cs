using System.Numerics.Tensors;
namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// Keys and values in 8-bit integers with a scale for each head and position. Keys are <c>[position, padded head
/// width]</c>; values are <c>[pair of positions, padded head width, 2]</c>, so that a product sums over two positions. The
/// scales follow the integers. Queries and weights become 16-bit integers: all sums of products are exact integers.
/// </summary>
internal sealed unsafe class Int8KvFormat : KvFormat
{
    public override string Name => "int8";

    public override float WeightFactor => 1;

    public override long PartBytes(int stride, int positions) =>
        DataBytes(stride, positions) + BlockFormat.RoundUp((long)positions * sizeof(float), 64);

    public override KvPart Part(byte* memory, int stride, int positions) =>
        new(memory, (float*)(memory + DataBytes(stride, positions)), stride);

    public override void WriteKey(KvPart keys, int position, float* vector, int width)
    {
        sbyte* target = (sbyte*)keys.Data + (long)position * keys.Stride;
        keys.Scales[position] = Int8Vectors.Quantize(vector, width, target);
        new Span<sbyte>(target + width, keys.Stride - width).Clear();
    }

    public override void WriteValue(KvPart values, int position, float* vector, int width)
    {
        sbyte* integers = stackalloc sbyte[width];
        values.Scales[position] = Int8Vectors.Quantize(vector, width, integers);
        sbyte* target = (sbyte*)values.Data + (long)(position & ~1) * values.Stride + (position & 1);
        for (int i = 0; i < values.Stride; i++)
            target[2 * i] = i < width ? integers[i] : (sbyte)0;
    }

    /// <summary>The scale and the integers of a query.</summary>
    public override int QueryFloats(int stride) => Int8Vectors.QueryHeader + stride / 2;

    public override void Prepare(float* query, int width, float factor, float* prepared)
    {
        short* integers = (short*)(prepared + Int8Vectors.QueryHeader);
        int most = Math.Min(short.MaxValue, int.MaxValue / (sbyte.MaxValue * Stride(width)));
        *prepared = factor * Int8Vectors.Quantize(query, width, integers, most);
        new Span<short>(integers + width, Stride(width) - width).Clear();
    }

    public override void Scores(float* queries, int count, KvPart keys, int positions, float* scores, int scoreStride)
    {
        if (count == MaxQueries)
            Int8Vectors.Scores4(queries, keys, positions, scores, scoreStride);
        else
            Int8Vectors.Scores(queries, keys, positions, scores);
    }

    public override void Mix(float* weights, int weightStride, int count, KvPart values, int positions, float* sums)
    {
        short* integers = stackalloc short[MaxQueries * Stretch];
        float* scales = stackalloc float[MaxQueries], scaled = stackalloc float[Stretch];
        for (int p = 0; p < positions; p += Stretch)
        {
            int part = Math.Min(Stretch, positions - p);
            for (int i = 0; i < count; i++)
            {
                // A scale for each stretch: most weights are tiny beside the largest one of all positions.
                TensorPrimitives.Multiply(new ReadOnlySpan<float>(weights + (long)i * weightStride + p, part),
                    new ReadOnlySpan<float>(values.Scales + p, part), new(scaled, part));
                scales[i] = Int8Vectors.Quantize(scaled, part, integers + i * Stretch, short.MaxValue);
                new Span<short>(integers + i * Stretch + part, part & 1).Clear();
            }
            sbyte* data = (sbyte*)values.Data + (long)p * values.Stride;
            if (count == MaxQueries)
                Int8Vectors.Mix4(integers, Stretch, scales, data, (part + 1) / 2, values.Stride, sums);
            else
                Int8Vectors.Mix(integers, *scales, data, (part + 1) / 2, values.Stride, sums);
        }
    }

    public override void Finish(float* sums, int width, float* result) =>
        new ReadOnlySpan<float>(sums, width).CopyTo(new(result, width));

    private static long DataBytes(int stride, int positions) =>
        BlockFormat.RoundUp((long)BlockFormat.RoundUp(positions, 2) * stride, 64);
}
