using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private const int Layers = 6;
    private static readonly long[] Shape = [1024, 1024];
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope;

    public CheckpointTests()
    {
        LeVoRuntime.EnsureTorch();
        scope = NewDisposeScope();
    }

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void OnlyPrefixedNamesAreKeptWhenThereAreAny()
    {
        TensorWriter.Save(folder["m.safetensors"],
            [("audiolm.a", ones(1)), ("audiolm.b", ones(2)), ("other.a", ones(3))]);
        using ICheckpoint stripped = Checkpoint.Open(folder["m.safetensors"], "audiolm.");
        Assert.Equal(["a", "b"], stripped.Tensors.Keys.Order());
        Assert.Equal([2], stripped.ShapeOf("b")!);
        Assert.Null(stripped.ShapeOf("audiolm.b"));
        Assert.False(stripped.Tensors.ContainsKey("other.a"));
        using ICheckpoint whole = Checkpoint.Open(folder["m.safetensors"], "none.");
        Assert.Equal(3, whole.Tensors.Count);
    }

    [Fact]
    public void AModelInItsStoredTypeIsMappedNotCopied()
    {
        using Checkpoint checkpoint = Large();
        using ParameterSet set = Build(new CheckpointTensorSource(checkpoint), ScalarType.Float32);
        Assert.Equal(Layers * 4L * 1024 * 1024, set.ByteCount);
        Assert.Equal(0, checkpoint.CopiedBytes);
        checkpoint.Dispose();
        foreach ((string name, Parameter parameter) in set.All)
            Assert.Equal(float.Parse(name), parameter.sum().item<float>() / parameter.numel());
    }

    [Fact]
    public void AConvertedModelHoldsOneStoredTensorAtATime()
    {
        if (!OperatingSystem.IsLinux())
            return; // The mappings of the process are counted by Linux's list of them.
        using Checkpoint checkpoint = Large();
        var watching = new WatchingSource(checkpoint);
        using ParameterSet set = Build(watching, ScalarType.BFloat16);
        Assert.Equal(Layers * 2L * 1024 * 1024, set.ByteCount);
        Assert.Equal(Enumerable.Repeat(1, Layers), watching.MappingsAfterEachFind);
        Assert.Equal(0, checkpoint.CopiedBytes);
    }

    [Fact]
    public void RawValuesNeedNoTorch()
    {
        Tensor matrix = arange(12, float32).reshape(3, 4);
        TensorWriter.Save(folder["r.safetensors"], [("m", matrix)]);
        using ICheckpoint checkpoint = Checkpoint.Open(folder["r.safetensors"]);
        var row = new byte[16];
        checkpoint.Read("m", 16, row);
        Assert.Equal(matrix[1].contiguous().bytes.ToArray(), row);
        Assert.Throws<ArgumentOutOfRangeException>(() => checkpoint.Read("m", 40, row));
    }

    private Checkpoint Large()
    {
        TensorWriter.Save(folder["large.safetensors"],
            Enumerable.Range(0, Layers).Select(i => ($"{i}", full(Shape, i, float32))));
        return Checkpoint.Open(folder["large.safetensors"]);
    }

    private static ParameterSet Build(ITensorSource source, ScalarType type)
    {
        var builder = new ParameterBuilder(source, dtype: type);
        for (int i = 0; i < Layers; i++)
            builder.Take(new($"{i}", Shape, TensorInit.Zeros));
        return builder.Build("a test model");
    }

    private sealed class WatchingSource(Checkpoint checkpoint) : ITensorSource
    {
        public List<int> MappingsAfterEachFind { get; } = [];

        public Tensor? Find(TensorInfo tensor)
        {
            Tensor? found = new CheckpointTensorSource(checkpoint).Find(tensor);
            MappingsAfterEachFind.Add(File.ReadLines("/proc/self/maps")
                .Count(line => line.Contains(checkpoint.Path, StringComparison.Ordinal)));
            return found;
        }
    }
}
