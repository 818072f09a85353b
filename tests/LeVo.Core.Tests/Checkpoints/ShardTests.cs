using LeVo.Core.Checkpoints;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class ShardTests : IDisposable
{
    private const string First = "model-00001-of-00002.safetensors", Second = "model-00002-of-00002.safetensors";
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope;

    public ShardTests()
    {
        LeVoRuntime.EnsureTorch();
        scope = NewDisposeScope();
        TensorWriter.Save(folder[First], [("audiolm.a", arange(4, float32)), ("audiolm.large", full([600, 600], 7f))]);
        TensorWriter.Save(folder[Second], [("audiolm.b", full([600, 600], 9f)), ("audiolm.c", ones(2, bfloat16))]);
    }

    private string Index => folder["model.safetensors.index.json"];

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void TensorsComeFromTheFileThatTheIndexNames()
    {
        Write(("audiolm.a", First), ("audiolm.large", First), ("audiolm.b", Second), ("audiolm.c", Second));
        using Checkpoint checkpoint = Checkpoint.Open(Index, new HashSet<string> { "a", "b" });
        Assert.Equal(["a", "b", "c", "large"], checkpoint.Tensors.Keys.Order());
        Assert.Equal([0f, 1, 2, 3], checkpoint.Load("a").data<float>().ToArray());
        Assert.Equal(7f, checkpoint.Load("large")[599, 599].item<float>());
        Assert.Equal(9f, checkpoint.Load("b")[599, 599].item<float>());
        var row = new byte[4];
        checkpoint.Read("b", 4, row);
        Assert.Equal(9f, BitConverter.ToSingle(row));
        using var floats = new CheckpointFloats(Checkpoint.Open(Index));
        var values = new float[2];
        floats.Find("audiolm.b")!.Read(0, values);
        Assert.Equal([9f, 9f], values);
        floats.Find("audiolm.c")!.Read(0, values);
        Assert.Equal([1f, 1f], values);
        Assert.Equal([Index, folder[First], folder[Second]], ShardIndex.FilesOf(Index));
    }

    [Fact]
    public void AllMissingFilesAreNamed()
    {
        Write(("a", "x.safetensors"), ("b", "y.safetensors"), ("audiolm.a", First));
        string message = Assert.Throws<FileNotFoundException>(() => Checkpoint.Open(Index)).Message;
        Assert.Contains(folder["x.safetensors"], message);
        Assert.Contains(folder["y.safetensors"], message);
        Assert.DoesNotContain(First, message);
    }

    [Fact]
    public void ATensorThatIsNotInItsFileIsNamed()
    {
        Write(("audiolm.a", Second));
        string message = Refusal();
        Assert.Contains("'audiolm.a'", message);
        Assert.Contains(folder[Second], message);
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("sub\\\\x.safetensors")]
    [InlineData("")]
    public void FilesElsewhereAreRefused(string name)
    {
        File.WriteAllText(Index, "{\"weight_map\":{\"a\":\"" + name + "\"}}");
        Assert.Contains("not a file name", Refusal());
    }

    [Theory]
    [InlineData("{}", "weight_map")]
    [InlineData("[]", "weight_map")]
    [InlineData("{\"weight_map\":{}}", "0 files")]
    [InlineData("{\"weight_map\":{\"a\":1}}", "not a file name")]
    [InlineData("{\"weight_map\":{\"a\":\"x\",\"a\":\"x\"}}", "twice")]
    [InlineData("{", "not valid JSON")]
    public void BrokenIndexesAreRefused(string text, string mention)
    {
        File.WriteAllText(Index, text);
        Assert.Contains(mention, Refusal());
    }

    private string Refusal()
    {
        string message = Assert.Throws<InvalidDataException>(() => Checkpoint.Open(Index)).Message;
        Assert.Contains(folder.Path, message);
        return message;
    }

    private void Write(params (string Name, string File)[] map) => File.WriteAllText(Index,
        "{\"metadata\":{\"total_size\":1},\"weight_map\":{"
        + string.Join(',', map.Select(pair => $"\"{pair.Name}\":\"{pair.File}\"")) + "}}");
}
