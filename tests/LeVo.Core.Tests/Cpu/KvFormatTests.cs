using LeVo.Core.Cpu.Kernels;

namespace LeVo.Core.Tests.Cpu;

/// <summary>Both formats of cached keys and values against plain sums of float32.</summary>
public sealed unsafe class KvFormatTests
{
    private const int Queries = KvFormat.MaxQueries;

    [Theory]
    [InlineData("float16", 128, 200, 2e-3)]
    [InlineData("int8", 128, 200, 1e-2)]
    [InlineData("float16", 32, 67, 2e-3)]
    [InlineData("int8", 32, 67, 1e-2)]
    [InlineData("int8", 20, 65, 1e-2)]
    [InlineData("int8", 72, 1, 1e-2)]
    [InlineData("int8", 128, 131, 1e-2)]
    public void ScoresAndSumsAreThoseOfFloat32(string name, int width, int positions, double tolerance)
    {
        KvFormat format = KvCacheTests.Format(name);
        int stride = KvFormat.Stride(width), scoreStride = positions + 3;
        float[] keys = Normal(1, positions * width), values = Normal(2, positions * width);
        float[] queries = Normal(3, Queries * width), weights = Weights(positions, scoreStride);
        using NativeBlock keyBlock = new(format.PartBytes(stride, positions)), valueBlock = new(keyBlock.Bytes);
        keyBlock.Clear();
        // The partner of the last odd position is whatever the memory holds.
        new Span<byte>(valueBlock.Pointer, (int)valueBlock.Bytes).Fill(77);
        KvPart keyPart = format.Part(keyBlock.Pointer, stride, positions), valuePart = format.Part(valueBlock.Pointer, stride, positions);
        using NativeBlock prepared = NativeBlock.ForFloats(Queries * format.QueryFloats(stride));
        using NativeBlock scores = NativeBlock.ForFloats(Queries * scoreStride), single = NativeBlock.ForFloats(scoreStride);
        using NativeBlock sums = NativeBlock.ForFloats(Queries * stride), alone = NativeBlock.ForFloats(stride);
        sums.Clear();
        float* query = (float*)prepared.Pointer;
        fixed (float* k = keys, v = values, q = queries, w = weights)
        {
            for (int p = 0; p < positions; p++)
            {
                format.WriteKey(keyPart, p, k + p * width, width);
                format.WriteValue(valuePart, p, v + p * width, width);
            }
            for (int i = 0; i < Queries; i++)
                format.Prepare(q + i * width, width, 0.5f, query + i * format.QueryFloats(stride));
            format.Scores(query, Queries, keyPart, positions, (float*)scores.Pointer, scoreStride);
            format.Mix(w, scoreStride, Queries, valuePart, positions, (float*)sums.Pointer);
            for (int i = 0; i < Queries; i++)
            {
                float[] row = [.. new ReadOnlySpan<float>((float*)scores.Pointer + i * scoreStride, positions)];
                format.Scores(query + i * format.QueryFloats(stride), 1, keyPart, positions, (float*)single.Pointer, 0);
                Assert.Equal(row, new ReadOnlySpan<float>((float*)single.Pointer, positions).ToArray());
                double[] expected = [.. Enumerable.Range(0, positions).Select(p => 0.5 * Enumerable.Range(0, width)
                    .Sum(d => (double)queries[i * width + d] * keys[p * width + d]))];
                Assert.InRange(Difference(row, expected), 0, tolerance);

                alone.Clear();
                format.Mix(w + i * scoreStride, scoreStride, 1, valuePart, positions, (float*)alone.Pointer);
                float[] mixed = Finished(format, (float*)sums.Pointer + i * stride, width);
                Assert.Equal(mixed, Finished(format, (float*)alone.Pointer, width));
                expected = [.. Enumerable.Range(0, width).Select(d => Enumerable.Range(0, positions)
                    .Sum(p => (double)weights[i * scoreStride + p] / format.WeightFactor * values[p * width + d]))];
                Assert.InRange(Difference(mixed, expected), 0, tolerance);
            }
        }

        // One weight is most of the sum, as for the first position of a song; the others keep their precision.
        float[] Weights(int count, int rowStride)
        {
            float[] all = Normal(4, Queries * rowStride);
            for (int i = 0; i < all.Length; i++)
                all[i] = format.WeightFactor * (i % rowStride == 0 ? 0.9f : Math.Abs(all[i]) / (10 * count));
            return all;
        }
    }

    /// <summary>A value that is not finite reaches the result instead of becoming a number.</summary>
    [Fact]
    public void NotANumberStaysOne()
    {
        KvFormat format = KvFormat.Int8;
        using NativeBlock block = new(format.PartBytes(16, 2)), prepared = NativeBlock.ForFloats(format.QueryFloats(16));
        KvPart part = format.Part(block.Pointer, 16, 2);
        float* vector = stackalloc float[16];
        new Span<float>(vector, 16).Fill(1);
        format.Prepare(vector, 16, 1, (float*)prepared.Pointer);
        vector[3] = float.NaN;
        format.WriteKey(part, 0, vector, 16);
        float score;
        format.Scores((float*)prepared.Pointer, 1, part, 1, &score, 1);
        Assert.True(float.IsNaN(score));
    }

    private static float[] Finished(KvFormat format, float* sums, int width)
    {
        var result = new float[width];
        fixed (float* target = result)
            format.Finish(sums, width, target);
        return result;
    }

    private static double Difference(float[] got, double[] expected)
    {
        double size = Math.Sqrt(expected.Sum(x => x * x));
        return Math.Sqrt(got.Zip(expected, (a, b) => (a - b) * (a - b)).Sum()) / size;
    }

    private static float[] Normal(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
