using LeVo.Alignment.Blending;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Blending;

[Collection(nameof(CountsTensors))]
public sealed class CheckpointBlendTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly string folder = Directory.CreateTempSubdirectory("levo-blend-").FullName;

    public CheckpointBlendTests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TheBlendIsTheWeightedSum()
    {
        using var scope = NewDisposeScope();
        Save("a", ("w", tensor(new float[] { 1, 2, 3 })), ("n", tensor(new long[] { 5 })));
        Save("b", ("w", tensor(new float[] { 5, 6, 7 })), ("n", tensor(new long[] { 5 })));
        Save("c", ("w", tensor(new float[] { -1, 0, 1 })), ("n", tensor(new long[] { 5 })));
        Write(("a", 0.5), ("b", 0.3), ("c", 0.2));
        Assert.Equal([0.5f + 1.5f - 0.2f, 1f + 1.8f, 1.5f + 2.1f + 0.2f], Read("w"), (x, y) => Math.Abs(x - y) < 1e-6);
        using Checkpoint file = Checkpoint.Open(At("out"));
        Assert.Equal([5L], file.Load("n").data<long>().ToArray());
    }

    [Fact]
    public void TheCornersAreTheCheckpointsToTheBit()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor a = randn(300, generator: generator), b = randn(300, generator: generator);
        Save("a", ("w", a));
        Save("b", ("w", b));
        Write(("a", 1), ("b", 0));
        Assert.Equal(a.data<float>().ToArray(), Read("w"));
        Write(("a", 0), ("b", 1));
        Assert.Equal(b.data<float>().ToArray(), Read("w"));
        // What is equal stays equal, whatever the rounding of the sum.
        Write(("a", 0.1), ("a", 0.2), ("a", 0.7));
        Assert.Equal(a.data<float>().ToArray(), Read("w"));
    }

    [Fact]
    public void TypesAreThoseOfTheFirst()
    {
        using var scope = NewDisposeScope();
        Save("a", ("w", ones(4, dtype: bfloat16)));
        Save("b", ("w", ones(4) * 2));
        Write(("a", 0.5), ("b", 0.5));
        using Checkpoint file = Checkpoint.Open(At("out"));
        Assert.Equal(ElementType.BFloat16, file.Tensors["w"].Type);
    }

    [Fact]
    public void WhatDiffersIsListedBeforeAnythingIsWritten()
    {
        using var scope = NewDisposeScope();
        Save("a", ("w", ones(4)), ("x", ones(2)), ("i", ones(2)));
        Save("b", ("w", ones(5)), ("y", ones(2)), ("i", ones(2, dtype: int32)));
        string error = Assert.Throws<ModelLoadException>(() => Write(("a", 0.5), ("b", 0.5))).Message;
        Assert.Contains("'w' is [5], not [4]", error);
        Assert.Contains("lacks 'x'", error);
        Assert.Contains("lacks 'y'", error);
        Assert.Contains("'i' contains Int32", error);
        Assert.False(File.Exists(At("out")));
    }

    [Theory]
    [InlineData(0.5, 0.6)]
    [InlineData(double.NaN, 0.5)]
    public void WeightsSumToOne(double first, double second)
    {
        using var scope = NewDisposeScope();
        Save("a", ("w", ones(4)));
        Assert.Throws<ArgumentException>(() => Write(("a", first), ("a", second)));
        Assert.Throws<ArgumentException>(() => Write());
    }

    [Fact]
    public void OnlyOneTensorOfEachCheckpointIsHeld()
    {
        (string, Tensor)[] many = [.. Enumerable.Range(0, 50).Select(i => ($"w{i}", ones(1000)))];
        Save("a", many);
        Save("b", [.. many.Select(one => (one.Item1, one.Item2.mul_(1)))]);
        foreach ((_, Tensor tensor) in many)
            tensor.Dispose();
        long before = LiveTensors.Settled(), most = 0;
        CheckpointBlend.Write([new(At("a"), 0.5), new(At("b"), 0.5)], At("out"),
            new Watch(() => most = Math.Max(most, Tensor.TotalCount)),
            Token);
        Assert.True(most - before < 5, $"{most - before} tensors at once");
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void CancellationLeavesNothingBehind()
    {
        using var scope = NewDisposeScope();
        Save("a", ("w", ones(4)));
        Assert.Throws<OperationCanceledException>(() =>
            CheckpointBlend.Write([new(At("a"), 1)], At("out"), null, new CancellationToken(true)));
        Assert.Equal(["a"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task ASweepMeasuresEveryBlendAndCleansUp()
    {
        using (NewDisposeScope())
        {
            Save("a", ("w", zeros(1)));
            Save("b", ("w", ones(1)));
        }
        IReadOnlyList<SweepPoint<float>> points =
            await LambdaSweep.RunAsync([At("a"), At("b")], LambdaSweep.Line(5), At("sweep"),
            (path, _) =>
            {
                using Checkpoint file = Checkpoint.Open(path);
                using Tensor value = file.Load("w");
                return Task.FromResult(value.item<float>());
            }, Token);
        Assert.Equal([0f, 0.25f, 0.5f, 0.75f, 1f], points.Select(point => point.Result));
        Assert.Equal([0.25, 0.75], points[3].Lambdas);
        Assert.Empty(Directory.GetFiles(At("sweep")));
    }

    [Fact]
    public void AGridCoversTheSimplex()
    {
        IReadOnlyList<double[]> grid = LambdaSweep.Grid(3, 4);
        Assert.Equal(15, grid.Count);
        Assert.All(grid, weights => Assert.Equal(1, weights.Sum(), 12));
        Assert.Equal(15, grid.Select(weights => string.Join(' ', weights)).Distinct().Count());
        Assert.Contains(grid, weights => weights is [0, 0, 1]);
    }

    private void Save(string name, params (string, Tensor)[] tensors) => TensorWriter.Save(At(name), tensors);

    private void Write(params (string Name, double Lambda)[] parts) =>
        CheckpointBlend.Write([.. parts.Select(part => (At(part.Name), part.Lambda))], At("out"), null,
            Token);

    private float[] Read(string name)
    {
        using Checkpoint file = Checkpoint.Open(At("out"));
        return file.Load(name).data<float>().ToArray();
    }

    private string At(string name) => Path.Combine(folder, name);

    private sealed class Watch(Action look) : IProgress<int>
    {
        public void Report(int value) => look();
    }
}
