using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Tests.Policy;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Layers;
using LeVo.Testing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Training;

[Collection(nameof(CountsTensors))]
public sealed class LeLmLossTests : IDisposable
{
    private readonly TinyTraining tiny = new();

    public void Dispose() => tiny.Dispose();

    [Theory]
    [InlineData(LeLmStage.Mixed, 0)]
    [InlineData(LeLmStage.Mixed, 0.5)]
    [InlineData(LeLmStage.Tracks, 0)]
    [InlineData(LeLmStage.Tracks, 0.5)]
    [InlineData(LeLmStage.Joint, 0)]
    [InlineData(LeLmStage.Joint, 0.5)]
    public void TheGradientIsTheSlopeAlongItself(LeLmStage stage, double guide)
    {
        using TrainedLeLm lelm = tiny.Open(stage);
        using var scope = NewDisposeScope();
        foreach (var (_, parameter) in lelm.Trained)
            parameter.requires_grad = true;
        ActivationCheckpoint.Backward(Loss());
        var trained = lelm.Trained.Where(one => one.Value.grad is not null)
            .Select(one => (one.Value, Gradient: one.Value.grad!.detach().clone())).ToArray();
        double squared = trained.Sum(one => one.Gradient.square().sum().item<float>());
        double step = 3e-3 / Math.Sqrt(squared);
        double slope = (At(step) - At(-step)) / (2 * step);
        Assert.InRange(slope / squared, 0.99, 1.01);

        double At(double by)
        {
            using var noGradient = no_grad();
            foreach ((Parameter parameter, Tensor gradient) in trained)
                parameter.add_(gradient * by);
            double loss = Loss().to(float64).item<double>();
            foreach ((Parameter parameter, Tensor gradient) in trained)
                parameter.sub_(gradient * by);
            return loss;
        }

        Tensor Loss() => LeLmLoss.Compute(stage, lelm.Model,
            lelm.Batch([TinyTraining.Song(9), TinyTraining.Song(6)]), guide).Loss;
    }

    [Fact]
    public void AFrameDependsOnNothingLaterThanTheDelayAllows()
    {
        const int Frame = 5, Frames = 12;
        (bool[] mixed, bool[] vocal) = Reached(codebook: 0, Frame, Frames);
        // Mixed codes see earlier mixed codes and no track.
        Assert.Equal(Enumerable.Range(0, Frames).Select(t => t < Frame), mixed);
        Assert.DoesNotContain(true, vocal);
        (mixed, vocal) = Reached(codebook: 1, Frame, Frames);
        // The vocal sees earlier vocal codes and mixed codes up to the delay ahead of it.
        Assert.Equal(Enumerable.Range(0, Frames).Select(t => t < Frame + 3), mixed);
        Assert.Equal(Enumerable.Range(0, Frames).Select(t => t < Frame), vocal);
    }

    [Fact]
    public void EmptyCellsDoNotCount()
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        double Loss(params TrainingSong[] songs) =>
            LeLmLoss.Compute(LeLmStage.Joint, lelm.Model, lelm.Batch(songs)).Loss.item<float>();
        double shortLoss = Loss(TinyTraining.Song(5)), longLoss = Loss(TinyTraining.Song(9));
        // Six and ten cells with the end token; padding adds none.
        Assert.Equal((6 * shortLoss + 10 * longLoss) / 16, Loss(TinyTraining.Song(5), TinyTraining.Song(9)), 4);
    }

    [Fact]
    public void TheAttentionOfABFloat16ModelIsGuidedAndReleased()
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint, setup: new() { Precision = ModelPrecision.BFloat16 });
        Assert.InRange(Guide(), 0, 100);
        long before = LiveTensors.Settled();
        Guide();
        Assert.Equal(before, Tensor.TotalCount);

        double Guide()
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            SongBatch batch = lelm.Batch([TinyTraining.Song(9)]);
            return LeLmLoss.Compute(LeLmStage.Joint, lelm.Model, batch, guideWeight: 0.5)
                .Metrics.Single(metric => metric.Name == "guide").Value.to(float64).item<double>();
        }
    }

    /// <summary>Which frames' embeddings of mixed and vocal codes the log-probability of one code depends on.</summary>
    private (bool[] Mixed, bool[] Vocal) Reached(int codebook, int frame, int frames)
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint);
        using var scope = NewDisposeScope();
        // Every frame has a code of its own, so that a row of a table is a frame.
        int[] row = [.. Enumerable.Range(0, frames)];
        foreach (var (_, parameter) in lelm.Trained)
            parameter.requires_grad = true;
        SongBatch batch = lelm.Batch([new(SongTokens.FromRows(row, row, row), "[verse] la", null)]);
        var pattern = new DelayPattern(lelm.Config.Delays, frames + 1);
        Tensor ids = pattern.Build(batch.Codes, lelm.Config.SpecialId);
        ConditionPrefix prefix = lelm.Model.Conditions.Embed(batch.Conditions);
        Tensor mixedHidden = lelm.Model.ReadMixed(ids, prefix);
        HeadInput[] inputs = SequenceLogProbabilities.Inputs(
            lelm.Model, mixedHidden, lelm.Model.ReadTracks(ids, mixedHidden, prefix).TrackHidden);
        Tensor each = SequenceLogProbabilities.Compute(inputs, prefix.Length, batch.Codes, pattern, lelm.Config.SpecialId);
        ActivationCheckpoint.Backward(each[0, codebook, frame]);
        return (Rows("emb.0.weight"), Rows("layer2_emb.1.weight"));

        bool[] Rows(string name)
        {
            Tensor? gradient = lelm.Trained.Single(one => one.Key == name).Value.grad;
            return [.. row.Select(id => gradient is not null && gradient[id].abs().sum().item<float>() > 0)];
        }
    }
}
