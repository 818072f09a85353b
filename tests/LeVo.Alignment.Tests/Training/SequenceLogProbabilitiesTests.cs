using LeVo.Alignment.Training;
using LeVo.Core.Numerics;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Training;

[Collection(nameof(CountsTensors))]
public sealed class SequenceLogProbabilitiesTests
{
    private const int Width = 8;

    public SequenceLogProbabilitiesTests() => LeVoRuntime.EnsureTorch();

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(13)]
    public void PartsOfASongGiveTheResultOfTheWhole(int rows)
    {
        using var scope = NewDisposeScope();
        (float[] values, float[] hidden, float[] head) = Run(songs: 2, frames: 9, classes: 12, rows);
        (float[] wholeValues, float[] wholeHidden, float[] wholeHead) = Run(songs: 2, frames: 9, classes: 12, int.MaxValue);
        Same(wholeValues, values);
        Same(wholeHidden, hidden);
        Same(wholeHead, head);

        static void Same(float[] expected, float[] actual) =>
            Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void TheLogitsOfASongAreNotInMemoryAtOnce()
    {
        using var scope = NewDisposeScope();
        Run(songs: 1, frames: 64, classes: 16385, rows: 32);
        // At once, the logits of the two codebooks, their logarithms and their gradients would be 400 MB each.
        long peak = PeakMemory.Of(() => Run(songs: 1, frames: 3000, classes: 16385, rows: 128));
        Assert.True(peak < 500L << 20, $"{peak} bytes");
    }

    private static (float[] Values, float[] Hidden, float[] Head) Run(int songs, int frames, int classes, int rows)
    {
        using var scope = NewDisposeScope();
        var pattern = new DelayPattern([0, 2], frames);
        long columns = pattern.Columns - 1;
        Tensor hidden = Values("hidden", songs, columns, Width).requires_grad_(), head = Values("head", classes, Width).requires_grad_();
        long[] ids = [.. Enumerable.Range(0, songs * 2 * frames).Select(i => i % 5 == 4 ? classes : (long)(i * 7 % classes))];
        HeadInput[] inputs = [.. Enumerable.Range(0, 2).Select(q => new HeadInput(q, hidden, x => nn.functional.linear(x, head)))];
        Tensor each = SequenceLogProbabilities.Compute(inputs, 0, tensor(ids, [songs, 2, frames]), pattern, classes, rows);
        ActivationCheckpoint.Backward(each.sum());
        return (each.detach().data<float>().ToArray(), hidden.grad!.data<float>().ToArray(), head.grad!.data<float>().ToArray());
    }

    private static Tensor Values(string name, params long[] shape) => tensor(NameSeeded.Weight(name, shape), shape);
}
