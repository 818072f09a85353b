using System.Globalization;
using System.Security.Cryptography;
using LeVo.Testing;
using LeVo.Testing.Gguf;

namespace LeVo.Samples.Tests;

/// <summary>The sample Convert, run as a program.</summary>
public sealed class ConvertTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-convert-");
    private readonly TinyModel model = new();

    [Fact]
    public async Task AFileIsConvertedAndDescribed()
    {
        string source = Path.Combine(model.Path, "model.safetensors"), target = Path.Combine(folder.FullName, "half.safetensors");
        SampleProcess run = await RunAsync("--input", source, "--output", "half.safetensors", "--to", "float16");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains($"read     {source}: ", run.Output);
        byte[] written = await File.ReadAllBytesAsync(target, TestContext.Current.CancellationToken);
        Assert.Contains(FormattableString.Invariant($"written  half.safetensors: {written.Length:N0} bytes, SHA-256 ")
            + Convert.ToHexStringLower(SHA256.HashData(written)), run.Output);
        Assert.True(written.Length < new FileInfo(source).Length * 0.6);
    }

    [Fact]
    public async Task TheFileOfTheCpuBackendLiesBesideTheModel()
    {
        SampleProcess run = await RunAsync("--input", model.Path, "--to", "int8");
        Assert.True(run.ExitCode == 0, run.Errors);
        string path = Assert.Single(Directory.EnumerateFiles(model.Path, "*.int8.levo"));
        Assert.Contains($"written  {path}: ", run.Output);
    }

    [Fact]
    public async Task AFolderOfGgufFilesBecomesAModelFolder()
    {
        string community = folder.CreateSubdirectory("community").FullName;
        GgufLeLm.Create(SeededLeLm.Tiny, _ => GgufTensorType.F16, (name, shape) => NameSeeded.Weight(name, shape),
            Path.Combine(Repository.Root, "models", "levo-demo", "tokenizer")).Save(Path.Combine(community, "lm.gguf"));
        SampleProcess run = await RunAsync("--input", "community", "--output", "whole", "--to", "bfloat16");
        Assert.True(run.ExitCode == 0, run.Errors);
        string whole = Path.Combine(folder.FullName, "whole");
        foreach (string name in (string[])["config.yaml", "model.safetensors", "tokenizer/vocab.json", "tokenizer/merges.txt"])
            Assert.Contains($"written  {Path.Combine("whole", name)}: {Size(Path.Combine(whole, name))} bytes", run.Output);
        run = await RunAsync("--input", "whole", "--to", "int8");
        Assert.True(run.ExitCode == 0, run.Errors);
        run = await RunAsync("--input", "community", "--output", "whole");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is not empty", run.Errors);
    }

    [Fact]
    public async Task WrongInputIsNamed()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "noise.pt"), "noise");
        SampleProcess run = await RunAsync("--input", "noise.pt", "--output", "out.safetensors");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error: 'noise.pt' is neither a safetensors file", run.Errors);
        run = await RunAsync("--input", model.Path, "--to", "int8", "--output", "x");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--output: the file of --to int8 lies beside the model", run.Errors);
        run = await RunAsync("--input", model.Path);
        Assert.Contains("--output is missing", run.Errors);
    }

    public void Dispose()
    {
        model.Dispose();
        folder.Delete(recursive: true);
    }

    private static string Size(string path) => new FileInfo(path).Length.ToString("N0", CultureInfo.InvariantCulture);

    private Task<SampleProcess> RunAsync(params string[] args) => SampleProcess.RunAsync("Convert", folder.FullName, "", args);
}
