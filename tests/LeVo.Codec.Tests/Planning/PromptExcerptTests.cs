using LeVo.Codec.Planning;

namespace LeVo.Codec.Tests.Planning;

public sealed class PromptExcerptTests
{
    private const int Rate = 10;

    [Theory]
    [InlineData(4, 0, 4)]
    [InlineData(12, 0, 10)]
    [InlineData(29, 0, 10)]
    [InlineData(30, 20, 10)]
    [InlineData(60, 20, 10)]
    public void TenSecondsAreTaken(int seconds, int start, int length)
    {
        float[] ramp = [.. Enumerable.Range(0, seconds * Rate).Select(i => (float)i)];
        float[][] excerpt = PromptExcerpt.Cut([ramp, ramp], Rate);
        Assert.Equal((start * Rate, length * Rate), ((int)excerpt[1][0], excerpt[1].Length));
    }
}
