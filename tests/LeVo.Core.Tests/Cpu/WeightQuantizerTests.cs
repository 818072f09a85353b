using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Testing;

namespace LeVo.Core.Tests.Cpu;

public sealed unsafe class WeightQuantizerTests
{
    private const int Groups = 4;

    [Theory]
    [InlineData(8, 0.006)]
    [InlineData(4, 0.085)]
    public void WeightsComeBackWithinASmallError(int bits, double most)
    {
        float[] weights = Weights("error"), back = RoundTrip((WeightBits)bits, weights);
        Assert.InRange(CpuModel.RelativeError(back, weights), 0, most);
    }

    /// <summary>Half a step of 1/127 of the group's largest weight, the scale's rounding up included.</summary>
    [Fact]
    public void EightBitsErrByHalfAStepAtMost()
    {
        float[] weights = Weights("steps"), back = RoundTrip(WeightBits.Eight, weights);
        for (int g = 0; g < weights.Length; g += 32)
        {
            float largest = weights[g..(g + 32)].Max(Math.Abs);
            for (int i = g; i < g + 32; i++)
                Assert.InRange(Math.Abs(back[i] - weights[i]), 0, largest / 127 * 0.505f);
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void GroupsOfZerosAndSingleWeightsAreExact(int bits)
    {
        var weights = new float[8 * Groups * 32];
        weights[40] = -0.75f;
        weights[32 * 9] = 3;
        Assert.Equal(weights[40], RoundTrip((WeightBits)bits, weights)[40], 0.02f);
        float[] back = RoundTrip((WeightBits)bits, weights);
        Assert.Equal(3, back[32 * 9], 0.02f);
        Assert.Equal(2, back.Count(v => v != 0));
    }

    private static float[] Weights(string name) =>
        [.. NameSeeded.Uniform(name, 8 * Groups * 32).Select(v => (float)(v * v * v))];

    private static float[] RoundTrip(WeightBits bits, float[] weights)
    {
        var matrix = new QuantizedMatrix(bits, Groups * BlockFormat.Group, BlockFormat.Outputs);
        using var block = new NativeBlock(matrix.Bytes);
        matrix.Bind(block.Pointer);
        fixed (float* w = weights)
            WeightQuantizer.Pack(bits, w, Groups, matrix.Block(0), matrix.Scales(0));
        var back = new float[weights.Length];
        for (int i = 0; i < back.Length; i++)
            back[i] = PackedWeight.Read(bits, block.Pointer, Groups, i / (Groups * 32), i % (Groups * 32));
        return back;
    }
}
