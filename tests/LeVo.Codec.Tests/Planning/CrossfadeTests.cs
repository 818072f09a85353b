using LeVo.Codec.Planning;

namespace LeVo.Codec.Tests.Planning;

public sealed class CrossfadeTests
{
    [Theory]
    [InlineData(10, 3, 4)]
    [InlineData(7, 4, 3)]
    [InlineData(6, 1, 2)]
    public void BlocksJoinToTheWholeFade(int window, int overlap, int count)
    {
        var random = new Random(3);
        float[][] windows = [.. Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, window).Select(_ => random.NextSingle()).ToArray())];
        float[] expected = windows[0];
        foreach (float[] next in windows.Skip(1))
        {
            float[] blend = [.. Enumerable.Range(0, overlap).Select(i =>
            {
                double r = Crossfade.Ramp(i, overlap);
                return (float)(expected[expected.Length - overlap + i] * (1 - r) + next[i] * r);
            })];
            expected = [.. expected[..^overlap], .. blend, .. next[overlap..]];
        }
        var crossfade = new Crossfade(1, overlap);
        List<float> joined = [];
        for (int i = 0; i < count; i++)
            joined.AddRange(crossfade.Add([[.. windows[i]]], isLast: i == count - 1)[0]);
        Assert.Equal(expected, joined);
    }

    [Fact]
    public void TheRampIncludesBothEnds() => Assert.Equal((0.0, 1.0), (Crossfade.Ramp(0, 480_000), Crossfade.Ramp(479_999, 480_000)));
}
