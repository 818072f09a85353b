using LeVo.Core.Generation;

namespace LeVo.Core.Tests.Generation;

public sealed class TopKTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(999)]
    [InlineData(1000)]
    public void TheKBestAndTheirEqualsAreKept(int k)
    {
        foreach (int different in (int[])[3, 40, 100_000])
        {
            var random = new Random(k + different);
            float[] values = [.. Enumerable.Range(0, 1000).Select(_ => (float)random.Next(1, different))];
            float threshold = values.OrderDescending().ElementAt(k - 1);
            float[] kept = [.. values];
            LogitsFilter.KeepTopK(kept, k, new float[values.Length]);
            Assert.Equal(values.Select(value => value >= threshold), kept.Select(value => value > 0));
            Assert.Equal(1, kept.Sum(), 1e-4);
        }
    }
}
