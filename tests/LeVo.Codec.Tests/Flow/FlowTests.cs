using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Training;
using LeVo.Core.Listings;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Flow;

public sealed class FlowTests
{
    internal static EstimatorConfig Small { get; } = new()
    {
        Blocks = 2,
        Heads = 2,
        InnerWidth = 24,
        Positions = 12,
        MaskWidth = 4,
        LatentWidth = 4,
        Streams = 2,
        ConditionWidth = 8,
    };

    public FlowTests() => LeVoRuntime.EnsureTorch();

    [Fact]
    public void EveryParameterLearns()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Fresh(out FlowMatchingDecoder flow);
        foreach ((_, Parameter parameter) in parameters.Trainable)
            parameter.requires_grad = true;
        FlowMatchingLoss.Compute(flow, Batch(flow)).backward();
        foreach ((string name, Parameter parameter) in parameters.Trainable)
        {
            Tensor? gradient = parameter.grad;
            Assert.True(gradient is not null && gradient.isfinite().all().item<bool>(), name);
            Assert.True(gradient.abs().max().item<float>() > 0, name);
        }
    }

    [Fact]
    public void GivenFramesDontCountAndAbsentOnesHardly()
    {
        using var scope = NewDisposeScope();
        Tensor masks = tensor(new long[] { 2, 2, 1, 0 }, [1, 4]);
        Tensor target = zeros([1, 4, 3]);
        Tensor wrong = zeros([1, 4, 3]);
        wrong[0, 2].fill_(100);
        Assert.Equal(0, FlowMatchingLoss.Weighted(wrong, target, masks).item<float>());
        wrong[0, 3].fill_(10);
        Assert.Equal(0.01 * 0.01 * 100 / 2.01, FlowMatchingLoss.Weighted(wrong, target, masks).item<float>(), 1e-6);
    }

    [Fact]
    public void AWindowLongerThanThePositionTableIsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => WindowTables.Create(Small, ones([1, 13], @bool)));
    }

    [Fact]
    public void AdaptingStatisticsAreTheRequestsOwn()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Fresh(out FlowMatchingDecoder flow);
        LatentStatistics first = flow.Normalizer.Read();
        for (int i = 0; i < 12; i++)
            first.Project(3 + randn(1, 4, 600));
        Assert.Equal(12, first.Count);
        Assert.InRange(first.Project(3 + randn(1, 4, 600)).mean().item<float>(), -0.1f, 0.1f);
        Assert.Equal(0, flow.Normalizer.Read().Count);
    }

    [Fact]
    public void StatisticsOfKnownMomentsAreFrozen()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Fresh(out FlowMatchingDecoder flow);
        flow.Normalizer.Write(LatentStatistics.FromMoments([1, 0, -1, 2], [4, 1, 1, 9]));
        LatentStatistics read = flow.Normalizer.Read();
        Assert.True(read.IsFrozen);
        Tensor x = tensor([3f, 5, -1, 8], [1, 4, 1]);
        Tensor projected = read.Project(x);
        Assert.True(projected.flatten().allclose(tensor([1f, 5, 0, 2]), atol: 1e-4));
        Assert.True(read.Unproject(projected).allclose(x, atol: 1e-4));
    }

    [Fact]
    public void MasksFollowTheDraws()
    {
        using var scope = NewDisposeScope();
        var always = new FlowAugmentation(ContextProbability: 1, ShortestContext: 2, LongestContext: 3);
        Tensor masks = always.Masks([8, 5], 8, new Random(1));
        long[] kinds = masks.data<long>().ToArray();
        Assert.Equal([1, 1], kinds[..2]);
        Assert.Equal([2, 2, 2, 2, 2], kinds[3..8]);
        Assert.Equal([0, 0, 0], kinds[13..]);
        var never = new FlowAugmentation(ContextProbability: 0, DropProbability: 0);
        Assert.DoesNotContain(1, never.Masks([8], 8, new Random(1)).data<long>().ToArray());
        Assert.Equal(3, never.Kept(3, new Random(1)).sum().item<float>());
    }

    [Fact]
    public void FeaturesAreInterpolatedToTheFrames()
    {
        using var scope = NewDisposeScope();
        Tensor projected = rand(1, 6, 5);
        Assert.Equal(0, ProjectionLoss.Compute(projected, projected * 2).item<float>(), 1e-5);
        Tensor constant = ones([1, 3, 5]);
        Assert.Equal(0, ProjectionLoss.Compute(ones([1, 6, 5]), constant).item<float>(), 1e-5);
    }

    private static FlowTrainingBatch Batch(FlowMatchingDecoder flow)
    {
        using var noise = new SeededNoise(2);
        Tensor masks = FlowConditions.Masks(2, 10, 8, 3, CPU);
        return new(noise.Normal([2, 10, 4]), [noise.Normal([2, 10, 8]), noise.Normal([2, 10, 8])], masks,
            tensor([0.3f, 0.8f]), noise.Normal([2, 10, 4]), tensor([1f, 1f]));
    }

    private static ParameterSet Fresh(out FlowMatchingDecoder flow)
    {
        var builder = new ParameterBuilder(new RandomTensorSource(7));
        flow = new(builder, new FlowTensors(new TensorListing().Root, Small), Small);
        return builder.Build("flow");
    }
}
