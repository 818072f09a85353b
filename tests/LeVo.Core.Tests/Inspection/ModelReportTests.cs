using LeVo.Core.Tests.Generation;

namespace LeVo.Core.Tests.Inspection;

public sealed class ModelReportTests : IDisposable
{
    private readonly TinyModelFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheSizeOfTheCacheFileIsThatOfTheFileThatIsWritten()
    {
        LeVoOptions options = Options(ModelBackend.Cpu);
        ModelReport before = LeVoModel.Inspect(options);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.levo"));
        LeVoModel.Load(options).Dispose();
        string written = Assert.Single(Directory.GetFiles(folder.Path, "*.int8.levo"));
        Assert.InRange(new FileInfo(written).Length - before.CacheBytes, 0, 4096);
        Assert.Contains(written, before.ToString());
        ModelReport after = LeVoModel.Inspect(options);
        Assert.Equal(0, after.CacheBytes);
        Assert.Contains("written before", after.ToString());
        Assert.Equal(0, LeVoModel.Inspect(Options(ModelBackend.Torch)).CacheBytes);
    }

    [Fact]
    public void NothingOfTheModelIsLoaded()
    {
        long before = TorchSharp.torch.Tensor.TotalCount;
        ModelReport report = LeVoModel.Inspect(Options(ModelBackend.Torch));
        Assert.Equal(before, TorchSharp.torch.Tensor.TotalCount);
        Assert.Contains("language model: ", report.ToString());
        // The folder has no codec: that is what is missing.
        Assert.Equal(3, report.Problems.Count);
        Assert.Contains("audio prompts can't be encoded", report.ToString());
    }

    [Fact]
    public void ProblemsOfTheFilesAreListed()
    {
        File.WriteAllText(Path.Combine(folder.Path, "model.safetensors"), "<html>");
        ModelReport report = LeVoModel.Inspect(Options(ModelBackend.Cpu));
        Assert.Contains("web page", Assert.Single(report.Problems));
        Assert.Contains($"problem: {report.Problems[0]}", report.ToString());
        Assert.Throws<ArgumentException>(() => LeVoModel.Inspect(new()));
    }

    private LeVoOptions Options(ModelBackend backend) => new() { ModelPath = folder.Path, Backend = backend };
}
