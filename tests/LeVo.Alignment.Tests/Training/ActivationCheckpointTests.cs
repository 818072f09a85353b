using LeVo.Core.Runtime;
using LeVo.Core.Torch.Conditions;
using LeVo.Testing;
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

    private static (float Loss, Dictionary<string, float[]> Gradients) Gradients(
        SeededLeLm lelm, bool checkpoint, bool embeddingsTrain)
    {
        using var scope = NewDisposeScope();
        lelm.Model.CheckpointActivations = checkpoint;
        foreach ((string name, Parameter parameter) in lelm.Parameters.Trainable)
            parameter.requires_grad = embeddingsTrain || name.Contains(".layers.", StringComparison.Ordinal);
        using ConditionPrefix prefix = lelm.Prefix("prefix", 2, 5);
        Tensor loss = lelm.Model.Forward(lelm.Columns("columns", 2, 7), prefix).Logits.square().mean();
        loss.backward();
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
