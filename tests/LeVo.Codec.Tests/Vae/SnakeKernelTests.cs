using LeVo.Codec.Vae;

namespace LeVo.Codec.Tests.Vae;

public sealed class SnakeKernelTests
{
    /// <summary>Lengths with and without a rest, and arguments far beyond one period.</summary>
    [Theory]
    [InlineData(1, 0.5f, 1)]
    [InlineData(8, 1, 0.25f)]
    [InlineData(1003, 3, 2)]
    [InlineData(4096, 40, 0.1f)]
    public void EqualsTheFormula(int length, float frequency, float strength)
    {
        float[] x = [.. Enumerable.Range(0, length).Select(i => 50f * i / length - 20)];
        var y = new float[length];
        SnakeKernel.Apply(x, y, frequency, strength);
        for (int i = 0; i < length; i++)
        {
            // The argument itself is a float32, in this computation as in libtorch's.
            double sine = Math.Sin(x[i] * frequency);
            Assert.Equal(x[i] + strength * sine * sine, y[i], 4e-6 * Math.Max(1, strength));
        }
    }

    [Fact]
    public void TheResultMayReplaceTheInput()
    {
        float[] x = [.. Enumerable.Range(0, 100).Select(i => 0.1f * i)], y = new float[100];
        SnakeKernel.Apply(x, y, 2, 0.5f);
        SnakeKernel.Apply(x, x, 2, 0.5f);
        Assert.Equal(y, x);
    }
}
