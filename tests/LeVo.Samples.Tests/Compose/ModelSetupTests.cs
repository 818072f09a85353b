using LeVo.Core;
using LeVo.Core.Adapters;
using LeVo.Samples.Compose;
using LeVo.Samples.Shared;
using LeVo.Testing;

namespace LeVo.Samples.Tests.Compose;

public sealed class ModelSetupTests : IDisposable
{
    private readonly TinyModel model = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public void Dispose() => model.Dispose();

    [Fact]
    public async Task ACheckPrintsWhatTheFolderHasAndLoadsNothing()
    {
        var app = new ComposeApp(new(output, error), (_, _) => throw new InvalidOperationException("it is not loaded"));
        Assert.Equal(0, await app.RunAsync(["--check", "--model", model.Path], TestContext.Current.CancellationToken));
        string[] mentions = ["model: ", "language model: ", "F32", "Cpu, Int8", "int8.levo", "memory: about", "time, estimated"];
        Assert.All(mentions, mention => Assert.Contains(mention, output.ToString()));
        Assert.Equal("", error.ToString());
        Assert.Empty(Directory.GetFiles(model.Path, "*.levo"));
    }

    [Fact]
    public async Task ACheckOfAnIncompleteFolderFailsAndNamesWhatIsMissing()
    {
        File.Delete(Path.Combine(model.Path, "vae.safetensors"));
        File.WriteAllText(Path.Combine(model.Path, "model.safetensors"), "version https://git-lfs.github.com/spec/v1\nsize 5\n");
        var app = new ComposeApp(new(output, error));
        Assert.Equal(1, await app.RunAsync(["--check", "--model", model.Path], TestContext.Current.CancellationToken));
        Assert.Contains("error: ", error.ToString());
        Assert.Contains("Git LFS pointer", error.ToString());
        Assert.Equal(2, await app.RunAsync(["--check", "--model", "no/such/folder"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TheLowMemoryPresetMakesASong()
    {
        string folder = Path.Combine(model.Path, "out");
        Assert.Equal(0, await new ComposeApp(new(output, error)).RunAsync(
            ["--lyrics", "[verse] Hello", "--model", model.Path, "--output", folder, "--seed", "3", "--duration", "1",
                "--preset", "low-memory"], TestContext.Current.CancellationToken));
        string sidecar = File.ReadAllText(Path.Combine(folder, "audios", "song.json"));
        Assert.Contains("\"temperature\": 0.9", sidecar);
    }

    [Theory]
    [InlineData("one", "one", 1)]
    [InlineData("one:0.5", "one", 0.5)]
    [InlineData("one:-2e-1", "one", -0.2)]
    [InlineData("a:b", "a:b", 1)] // a file with a colon
    public void AnAdapterHasAPathAndAScale(string text, string path, double scale)
    {
        foreach (string name in (string[])["one", "a:b"])
            Directory.CreateDirectory(Path.Combine(model.Path, name));
        ModelSetup setup = Read($"{model.Path}/{text}", out ProgramArguments line);
        Assert.Empty(line.Problems);
        Assert.Equal(new ModelAdapter($"{model.Path}/{path}", scale), Assert.Single(setup.Adapters));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("one:NaN")]
    [InlineData("one:x")]
    public void AnAdapterThatIsMissingIsNamed(string text)
    {
        Directory.CreateDirectory(Path.Combine(model.Path, "one"));
        Read($"{model.Path}/one,{model.Path}/{text}", out ProgramArguments line);
        Assert.Contains(text, Assert.Single(line.Problems), StringComparison.Ordinal);
    }

    private static ModelSetup Read(string adapters, out ProgramArguments line)
    {
        line = new(["--adapter", adapters], ModelSetup.Options, []);
        return ModelSetup.Parse(line);
    }
}
