using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Tests.Generation;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Faults;

/// <summary>Files that are removed, replaced or cut between being opened and being used.</summary>
public sealed class ChangedFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TorchSharp.DisposeScope scope;

    public ChangedFileTests()
    {
        LeVoRuntime.EnsureTorch();
        scope = NewDisposeScope();
        TensorWriter.Save(At, [("large", ones(CheckpointTensors.SmallestMapping)), ("small", ones(3))]);
    }

    private string At => folder["a.safetensors"];

    [Fact]
    public void AFileThatIsRemovedOrReplacedIsStillTheOneThatWasOpened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems lock open files.");
        using Checkpoint checkpoint = Checkpoint.Open(At);
        Tensor before = checkpoint.Load("large");
        TensorWriter.Save(At, [("large", zeros(CheckpointTensors.SmallestMapping)), ("small", zeros(3))]);
        Assert.Equal(1, checkpoint.Load("large").mean().item<float>());
        File.Delete(At);
        Assert.Equal(1, checkpoint.Load("large").mean().item<float>());
        Assert.Equal(1, checkpoint.Load("small").mean().item<float>());
        Assert.Equal(1, before.mean().item<float>());
    }

    [Theory]
    [InlineData("large")]
    [InlineData("small")]
    public void AFileThatWasCutSinceItWasOpenedIsNamed(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(At);
        using (FileStream file = File.Open(At, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(200);
        string message = Assert.Throws<InvalidDataException>(() => checkpoint.Load(name)).Message;
        Assert.Contains(At, message);
    }

    [Fact]
    public void AModelWhoseFilesGoWhileItLoadsIsOneError()
    {
        using var model = new TinyModelFolder();
        ModelFolder opened = ModelFolder.Open(model.Path);
        File.Delete(opened.LeLmFile);
        var error = Assert.Throws<ModelLoadException>(
            () => LeVoModel.Load(opened, new(), null, TestContext.Current.CancellationToken));
        Assert.Contains(opened.LeLmFile, error.Message);
    }

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }
}
