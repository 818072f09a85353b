using LeVo.Core.Listings;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Training;
using LeVo.Testing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Training;

[Collection(nameof(CountsTensors))]
public sealed class TrainingLoopTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("levo-loop-").FullName;

    public TrainingLoopTests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ARunContinuedFromItsCheckpointEqualsAnUninterruptedOne()
    {
        float[] whole = Train("whole", stopAfter: null);
        Assert.ThrowsAny<OperationCanceledException>(() => Train("parts", stopAfter: 4));
        Assert.Equal(whole, Train("parts", stopAfter: null));
    }

    [Theory]
    [InlineData(4)] // while the gradients of the fifth update are computed
    [InlineData(0)]
    public void ARunContinuesAfterTheMemoryWasExhausted(int failing)
    {
        float[] whole = Train("whole", stopAfter: null);
        var error = Assert.Throws<LeVoOutOfMemoryException>(() => Train("parts", stopAfter: null, exhaustAt: failing));
        Assert.Equal(1L << 52, error.NeededBytes);
        Assert.Contains("Use less.", error.Message, StringComparison.Ordinal);
        Assert.Equal(failing > 0, File.Exists(TrainingLoop.StatePathOf(Path.Combine(folder, "parts"))));
        Assert.Equal(whole, Train("parts", stopAfter: null));
    }

    [Fact]
    public void TrainingLowersTheLossAndWritesMetrics()
    {
        Train("whole", stopAfter: null);
        string[] lines = File.ReadAllLines(Path.Combine(folder, "whole", "metrics.jsonl"));
        double[] losses = [.. lines.Select(line =>
            System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("loss").GetDouble())];
        Assert.True(losses[^1] < losses[0]);
    }

    [Fact]
    public void ALossThatIsNoNumberStopsTheRun()
    {
        using ParameterSet parameters = Parameters();
        var loop = new TrainingLoop(parameters.Trainable, Options("nan"));
        Assert.Throws<InvalidOperationException>(() =>
            loop.Run(_ => new StepResult(parameters["w"].sum() * float.NaN), cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void AdamWTakesTheTextbookStep()
    {
        using var weight = new Parameter(tensor([1f, -2f]), requires_grad: true);
        using var optimizer = new LeVo.Core.Training.AdamW([new("w", weight)], new AdamOptions(0.9, 0.98, 1e-9));
        (weight * tensor([3f, 0.5f])).sum().backward();
        optimizer.Step(0.1);
        // The first corrected step is the learning rate in the gradient's direction, whatever its size.
        Assert.Equal([0.9f, -2.1f], weight.detach().data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(true, 0.99f, -1.98f)] // the weights shrink by rate times decay
    [InlineData(false, 0.9f, -1.9f)] // the decay is a gradient, and the first step of any gradient is the rate
    public void DecayIsDecoupledOrPartOfTheGradient(bool isDecoupled, float first, float second)
    {
        using var weight = new Parameter(tensor([1f, -2f], [1, 2]), requires_grad: true);
        using var optimizer = new LeVo.Core.Training.AdamW(
            [new("w", weight)], new AdamOptions(WeightDecay: 0.1, IsDecoupled: isDecoupled));
        (weight * 0).sum().backward();
        optimizer.Step(0.1);
        Assert.Equal([first, second], weight.detach().data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void ClippingKeepsTheDirection()
    {
        using var weight = new Parameter(tensor([1f, 1f]), requires_grad: true);
        using var optimizer = new LeVo.Core.Training.AdamW([new("w", weight)], new AdamOptions());
        (weight * tensor([3f, 4f])).sum().backward();
        Assert.Equal(5, optimizer.ClipGradients(1), 5);
        Assert.Equal([0.6f, 0.8f], weight.grad!.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void GradientsAreWidenedOneAtATime()
    {
        const int Count = 64, Elements = 1 << 20;
        using var scope = NewDisposeScope();
        KeyValuePair<string, Parameter>[] weights = [.. Enumerable.Range(0, Count).Select(i =>
            KeyValuePair.Create($"w{i}", new Parameter(ones(Elements, dtype: bfloat16), requires_grad: true)))];
        using var optimizer = new LeVo.Core.Training.AdamW(weights, new AdamOptions());
        foreach ((_, Parameter weight) in weights)
            weight.grad = full(Elements, 0.5f.ToScalar(), bfloat16);
        double norm = 0;
        long clipping = PeakMemory.Of(() => norm = optimizer.ClipGradients(1));
        Assert.Equal(0.5 * Math.Sqrt((double)Count * Elements), norm, 0.5);
        long stepping = PeakMemory.Of(() => optimizer.Step(0.1));
        // All of them in float32 would be 256 MB.
        Assert.True(clipping < 64 << 20 && stepping < 64 << 20, $"{clipping} and {stepping} bytes");
    }

    [Fact]
    public void ALargeParameterIsUpdatedInPartsWithTheSameResult()
    {
        float[] values = NameSeeded.Weight("large", [3000]), gradient = NameSeeded.Weight("gradient", [3000]);
        Assert.Equal(Step(int.MaxValue), Step(256));

        float[] Step(int part)
        {
            using var weight = new Parameter(tensor(values, [3, 1000]).to(bfloat16), requires_grad: true);
            using var optimizer = new LeVo.Core.Training.AdamW([new("w", weight)], new(WeightDecay: 0.1)) { PartElements = part };
            weight.grad = tensor(gradient, [1000, 3]).to(bfloat16).t();
            optimizer.Step(0.1);
            return optimizer.State().Single(one => one.Name == LeVo.Core.Training.AdamW.MasterName("w")).Value.data<float>().ToArray();
        }
    }

    [Fact]
    public void TrainingLeavesNoTensorsBehind()
    {
        using ParameterSet parameters = Parameters();
        long before = LiveTensors.Settled();
        Train(parameters, "run", stopAfter: null);
        Assert.Equal(before, Tensor.TotalCount);
    }

    private float[] Train(string name, int? stopAfter, int? exhaustAt = null)
    {
        using ParameterSet parameters = Parameters();
        return Train(parameters, name, stopAfter, exhaustAt);
    }

    private float[] Train(ParameterSet parameters, string name, int? stopAfter, int? exhaustAt = null)
    {
        using var stop = new CancellationTokenSource();
        var loop = new TrainingLoop(parameters.Trainable, Options(name)) { MemoryHelp = () => "Use less." };
        loop.Run(step =>
        {
            if (step == exhaustAt)
                empty(1L << 50, dtype: float32).Dispose();
            if (step + 1 == stopAfter)
                stop.Cancel();
            using var generator = new Generator((ulong)step);
            Tensor x = randn(8, 3, generator: generator);
            Tensor error = nn.functional.linear(x, parameters["w"], parameters["b"]) - x.sum(1, keepdim: true);
            return new(error.square().mean(), ("worst", error.abs().max()));
        }, cancellation: stop.Token);
        return [.. parameters["w"].data<float>(), .. parameters["b"].data<float>()];
    }

    private static ParameterSet Parameters()
    {
        TensorScope tensors = new TensorListing().Root;
        var builder = new ParameterBuilder(new RandomTensorSource(1));
        builder.Take(tensors.Add("w", [1, 3], TensorInit.FanIn(3)));
        builder.Take(tensors.Add("b", [1], TensorInit.Zeros));
        return builder.Build("test");
    }

    private TrainingOptions Options(string name) => new()
    {
        Folder = Path.Combine(folder, name),
        Steps = 10,
        LearningRate = 0.05,
        WarmupSteps = 2,
        ReportEvery = 2,
    };
}
