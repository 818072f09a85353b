using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Testing;
using LeVo.Testing.Gguf;

namespace LeVo.Core.Tests.Checkpoints;

/// <summary>The table of names against the listing of the language model.</summary>
public sealed class GgufNameTests
{
    [Fact]
    public void EveryTensorThatTheModelReadsHasAName()
    {
        LeLmConfig config = SeededLeLm.Tiny with { MixedLayers = 11, TrackLayers = 2 };
        (string Theirs, string Ours)[] names = [.. GgufLeLm.Names(config)];
        Assert.Equal(new LeLmTensors(config).Used.Select(tensor => tensor.Name).Order(StringComparer.Ordinal),
            names.Select(pair => pair.Ours).Order(StringComparer.Ordinal));
        foreach ((string theirs, string ours) in names)
        {
            Assert.Equal(ours, GgufNames.Find("levo2", theirs)?.Name);
            // With and without the suffix.
            string other = theirs.EndsWith(".weight", StringComparison.Ordinal) ? theirs[..^7] : theirs + ".weight";
            if (!theirs.EndsWith(".bias", StringComparison.Ordinal))
                Assert.Equal(ours, GgufNames.Find("levo2", other)?.Name);
        }
    }

    /// <summary>The released sizes have the numbers of tensors that their files are known to have.</summary>
    [Theory]
    [InlineData(28, 380)]
    [InlineData(36, 452)]
    public void ReleasedFilesHaveTheirNumberOfTensors(int layers, int tensors) =>
        Assert.Equal(tensors, GgufLeLm.Names(new() { MixedLayers = layers, TrackLayers = 12 }).Count());

    [Theory]
    [InlineData("main.blk.x.attn_q.weight")]
    [InlineData("main.blk.1.2.attn_q.weight")]
    [InlineData("rope_freqs.weight")]
    [InlineData("")]
    public void OtherNamesAreNotInTheTable(string name) => Assert.Null(GgufNames.Find("levo2", name));
}
