using System.Numerics.Tensors;
namespace LeVo.Core.Cpu.Kernels;

/// <summary>Keys and values in float16, <c>[position, padded head width]</c>.</summary>
internal sealed unsafe class HalfKvFormat : KvFormat
{
    public override string Name => "float16";

    public override float WeightFactor => HalfVectors.Balance;

    public override long PartBytes(int stride, int positions) =>
        BlockFormat.RoundUp((long)positions * stride * sizeof(ushort), 64);

    public override KvPart Part(byte* memory, int stride, int positions) => new(memory, null, stride);

    public override void WriteKey(KvPart keys, int position, float* vector, int width)
    {
        ushort* target = At(keys, position);
        TensorPrimitives.ConvertToHalf(new ReadOnlySpan<float>(vector, width), new Span<Half>(target, width));
        new Span<ushort>(target + width, keys.Stride - width).Clear();
    }

    public override void WriteValue(KvPart values, int position, float* vector, int width) =>
        WriteKey(values, position, vector, width);

    public override int QueryFloats(int stride) => stride;

    public override void Prepare(float* query, int width, float factor, float* prepared) =>
        HalfVectors.Split(query, width, Stride(width), HalfVectors.Balance * factor, prepared);

    public override void Scores(float* queries, int count, KvPart keys, int positions, float* scores, int scoreStride)
    {
        if (count == MaxQueries)
            HalfVectors.Scores4(queries, At(keys, 0), positions, keys.Stride, scores, scoreStride);
        else
            HalfVectors.Scores(queries, At(keys, 0), positions, keys.Stride, scores);
    }

    public override void Mix(float* weights, int weightStride, int count, KvPart values, int positions, float* sums)
    {
        for (int p = 0; p < positions; p += Stretch)
        {
            int part = Math.Min(Stretch, positions - p);
            if (count == MaxQueries)
                HalfVectors.Mix4(weights + p, weightStride, At(values, p), part, values.Stride, sums);
            else
                HalfVectors.Mix(weights + p, At(values, p), part, values.Stride, sums);
        }
    }

    public override void Finish(float* sums, int width, float* result) => HalfVectors.Join(sums, width, result);

    private static ushort* At(KvPart part, int position) => (ushort*)part.Data + (long)position * part.Stride;
}
