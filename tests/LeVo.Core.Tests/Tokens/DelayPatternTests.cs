using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Tokens;

public sealed class DelayPatternTests
{
    public static TheoryData<int[], int, int, int> Shapes => new()
    {
        { [0, 250, 250], 300, 0, 0 },
        { [0, 250, 250], 3, 0, 0 },
        { [0, 0, 0], 7, 0, 0 },
        { [2, 0, 5], 9, 0, 0 },
        { [1, 3], 6, 2, 0 },
        { [0, 2, 2], 3, 5, 0 },
        { [0, 2, 2], 10, 4, 3 },
        { [3], 5, 0, 1 },
        { [0, 5, 5], 0, 0, 0 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void EveryCodeHasOneCellAndComesBack(int[] delays, int frames, int flattenFirst, int emptyInitial)
    {
        var pattern = new DelayPattern(delays, frames, flattenFirst, emptyInitial);
        int[] codes = [.. Enumerable.Range(0, delays.Length * frames)];
        int[] sequence = pattern.Build(codes, special: -5);
        Assert.Equal(delays.Length * pattern.Columns, sequence.Length);
        Assert.Equal(codes, sequence.Where(id => id >= 0).Order());
        Assert.Equal(codes, pattern.Revert(sequence, pattern.Columns, special: -5));
        for (int q = 0; q < delays.Length; q++)
        {
            Assert.Equal(-1, pattern.FrameAt(q, 0));
            for (int t = 0; t < frames; t++)
                Assert.Equal(t, pattern.FrameAt(q, pattern.ColumnOf(q, t)));
        }
    }

    [Fact]
    public void TheExampleOfTheSpecification()
    {
        int[] codes = [1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24];
        int[] sequence = new DelayPattern([0, 2, 2], 4).Build(codes, special: 0);
        Assert.Equal([0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 11, 12, 13, 14, 0, 0, 0, 21, 22, 23, 24], sequence);
    }

    [Fact]
    public void LogitsAreAlignedWithTheCodesTheyPredict()
    {
        LeVoRuntime.EnsureTorch();
        using var scope = NewDisposeScope();
        var pattern = new DelayPattern([0, 2, 5], 6);
        Tensor logits = randn(2, 3, pattern.Columns, 4).requires_grad_();
        Tensor aligned = pattern.RevertLogits(logits);
        Assert.Equal([2, 3, 6, 4], aligned.shape);
        for (int q = 0; q < 3; q++)
            for (int t = 0; t < 6; t++)
                Assert.True(aligned[.., q, t].equal(logits[.., q, pattern.ColumnOf(q, t) - 1]).all().item<bool>());
        aligned.sum().backward();
        Assert.Equal(2 * 3 * 6 * 4, logits.grad!.sum().item<float>()); // Outputs that predict nothing get no gradient.
        Tensor needed = logits.narrow(2, 0, pattern.Columns - 1);
        Assert.True(pattern.RevertLogits(needed).equal(aligned).all().item<bool>());
        Assert.Throws<ArgumentException>(() => pattern.RevertLogits(logits.narrow(2, 0, pattern.Columns - 2)));
    }

    [Fact]
    public void BrokenPatternsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DelayPattern([], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DelayPattern([0, -1], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DelayPattern([0], -1));
        Assert.Throws<ArgumentException>(() => new DelayPattern([0, 1], 4).Build(new int[7], 0));
        Assert.Throws<ArgumentException>(() => new DelayPattern([0, 1], 4).Revert(new int[7], 4, 0));
    }
}
