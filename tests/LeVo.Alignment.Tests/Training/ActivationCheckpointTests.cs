using LeVo.Core.Runtime;
using LeVo.Core.Threading;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.Layers;
using LeVo.Testing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Training;

[Collection(nameof(CountsTensors))]
public sealed class ActivationCheckpointTests
{
    public ActivationCheckpointTests() => LeVoRuntime.EnsureTorch();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LossAndGradientsAreTheSameToTheBit(bool embeddingsTrain)
    {
        using var lelm = new SeededLeLm(SeededLeLm.Tiny);
        (float plainLoss, Dictionary<string, float[]> plain) = Gradients(lelm, false, embeddingsTrain);
        (float loss, Dictionary<string, float[]> gradients) = Gradients(lelm, true, embeddingsTrain);
        Assert.Equal(plainLoss, loss);
        Assert.Equal(plain.Keys.Order(), gradients.Keys.Order());
        Assert.All(plain, one => Assert.Equal(one.Value, gradients[one.Key]));
        Assert.Contains("transformer.model.layers.0.self_attn.q_proj.weight", gradients.Keys);
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var lelm = new SeededLeLm(SeededLeLm.Tiny);
        Gradients(lelm, true, true);
        long before = LiveTensors.Settled();
        Gradients(lelm, true, true);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public async Task ABackwardPassOnAThreadWithoutScopesLeavesNothingBehind()
    {
        await DedicatedThread.Run(Pass, TestContext.Current.CancellationToken);
        long before = LiveTensors.Settled();
        await DedicatedThread.Run(Pass, TestContext.Current.CancellationToken);
        Assert.Equal(before, Tensor.TotalCount);

        static void Pass()
        {
            Tensor weight = full(4, 2f.ToScalar()).requires_grad_(), input = ones(4).requires_grad_();
            Tensor first = ActivationCheckpoint.Run(input, x => x * weight);
            Tensor second = ActivationCheckpoint.Run(first, x => x * weight), loss = second.sum();
            ActivationCheckpoint.Backward(loss);
            Tensor gradient = input.grad!;
            Assert.Equal([4f, 4, 4, 4], gradient.data<float>().ToArray());
            foreach (Tensor tensor in (Tensor[])[weight, input, first, second, loss, gradient])
                tensor.Dispose();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AnExceptionOfTheRecomputationReachesTheCaller(int failing)
    {
        using var scope = NewDisposeScope();
        int calls = 0;
        Tensor Block(Tensor x) => ++calls == 2 + failing ? throw new InvalidOperationException("no memory") : x * 2;
        Tensor loss = ActivationCheckpoint.Run(ActivationCheckpoint.Run(ones(4).requires_grad_(), Block), Block).sum();
        var error = Assert.Throws<InvalidOperationException>(() => ActivationCheckpoint.Backward(loss));
        Assert.Equal("no memory", error.Message);
        // The next pass does not know of it.
        ActivationCheckpoint.Backward(ActivationCheckpoint.Run(ones(4).requires_grad_(), x => x * 3).sum());
    }

    private static (float Loss, Dictionary<string, float[]> Gradients) Gradients(
        SeededLeLm lelm, bool checkpoint, bool embeddingsTrain)
    {
        using var scope = NewDisposeScope();
        lelm.Model.CheckpointActivations = checkpoint;
        foreach ((string name, Parameter parameter) in lelm.Parameters.Trainable)
            parameter.requires_grad = embeddingsTrain || name.Contains(".layers.", StringComparison.Ordinal);
        using ConditionPrefix prefix = lelm.Prefix("prefix", 2, 5);
        Tensor loss = lelm.Model.Forward(lelm.Columns("columns", 2, 7), prefix).Logits.square().mean();
        ActivationCheckpoint.Backward(loss);
        var gradients = new Dictionary<string, float[]>();
        foreach ((string name, Parameter parameter) in lelm.Parameters.Trainable)
        {
            if (parameter.grad is not { } gradient)
                continue;
            gradients[name] = gradient.data<float>().ToArray();
            gradient.Dispose();
            parameter.grad = null;
        }
        return (loss.item<float>(), gradients);
    }
}
