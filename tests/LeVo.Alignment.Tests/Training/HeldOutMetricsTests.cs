using LeVo.Alignment.Training;
using LeVo.Core.Runtime;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Training;

[Collection(nameof(CountsTensors))]
public sealed class HeldOutMetricsTests
{
    public HeldOutMetricsTests() => LeVoRuntime.EnsureTorch();

    [Fact]
    public void TheTensorsOfABatchAreReleasedBeforeTheNext()
    {
        using var scope = NewDisposeScope();
        LiveTensors.Settled();
        var counts = new List<long>();
        (string Name, Tensor Value)[] means = HeldOutMetrics.Mean(Enumerable.Range(1, 4), batch =>
        {
            counts.Add(Tensor.TotalCount);
            Tensor logits = full(1000, batch.ToScalar(), float32);
            return [("loss", logits.mean()), ("marked", logits[0])];
        });
        Assert.Single(counts.Distinct());
        Assert.Equal(["held_out.loss", "held_out.marked"], means.Select(mean => mean.Name));
        Assert.All(means, mean => Assert.Equal(2.5, mean.Value.to(float64).item<double>(), 6));
    }
}
