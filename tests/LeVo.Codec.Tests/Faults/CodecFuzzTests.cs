using LeVo.Codec.Decoding;
using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Codec.Tests.Separation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Testing;
using LeVo.Testing.Faults;
using LeVo.Testing.Gguf;

namespace LeVo.Codec.Tests.Faults;

/// <summary>Damaged files of the codec.</summary>
public sealed class CodecFuzzTests : IDisposable
{
    private static readonly int Inputs = LongChecks.Count("LEVO_FUZZ_INPUTS", 20_000);
    private static readonly int Seed = LongChecks.Count("LEVO_FUZZ_SEED", 1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-fuzz-");

    private string Bad => Path.Combine(folder.FullName, "bad");

    [Fact]
    public void VaeConfigurations()
    {
        byte[] demo = File.ReadAllBytes(Path.Combine(Repository.Root, "models", "levo-demo", "vae", "vae.json"));
        Run(new("vae json", [demo], input => VaeConfig.Load(Write(input)), typeof(ModelLoadException)), Inputs / 10);
    }

    [Theory]
    [InlineData("vae.json")]
    [InlineData("config.yaml")]
    [InlineData("dual.safetensors")]
    public void ACodecWithADamagedFile(string name)
    {
        using var model = new TinyModel();
        string path = Path.Combine(model.Path, name);
        byte[] good = File.ReadAllBytes(path);
        Run(new("codec with a damaged " + name, [good], input =>
        {
            File.WriteAllBytes(path, input);
            MusicCodec.Load(model.Path).Dispose();
        }, typeof(ModelLoadException)), Math.Max(2, Inputs / 200));
    }

    [Theory]
    [InlineData("flow.gguf")]
    [InlineData("vae.gguf")]
    public void AGgufCodecWithADamagedFile(string name)
    {
        using var files = new TinyCodec();
        GgufCodecFiles.WriteFlow(files.At("dual.safetensors"), 2, GgufTensorType.Q8, files.At("flow.gguf"));
        GgufCodecFiles.WriteVae(files.At("vae.safetensors"), TinyCodec.SampleRate, files.At("vae.gguf"));
        string path = files.At(name), vae = files.At("vae.gguf");
        ModelFolder folder = files.Folder(codec: new(files.At("flow.gguf"), null, vae, vae, [], null));
        Run(new("codec with a damaged " + name, [File.ReadAllBytes(path)], input =>
        {
            File.WriteAllBytes(path, input);
            MusicCodec.Load(folder, TorchSharp.torch.CPU).Dispose();
        }, typeof(ModelLoadException)), Math.Max(2, Inputs / 200));
    }

    [Fact]
    public void DecodedWindows()
    {
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => i / 9f)];
        string good = Path.Combine(folder.FullName, "good");
        new DecodedWindow([Values(60), Values(60)], [Values(4), Values(4)], Values(8), Values(9)).Save(good);
        Run(new("decoded window", [File.ReadAllBytes(good)],
            input => DecodedWindow.Load(Write(input), new(2, 60, 4, 8, 9)), typeof(InvalidDataException)), Inputs / 10);
    }

    [Fact]
    public void StemSeparators()
    {
        using var files = new TinySeparator();
        byte[] good = File.ReadAllBytes(files.At("tiny.th"));
        Run(new("stem separator", [good], input => SeparatorFile.Open(Write(input), TorchSharp.torch.CPU).Dispose(),
            typeof(ModelLoadException)), Inputs / 100);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static void Run(FuzzTarget target, int inputs)
    {
        LeVoRuntime.EnsureTorch();
        Assert.InRange(Fuzzer.Run(target, inputs, Seed), 1, inputs - 1);
    }

    private string Write(byte[] content)
    {
        File.WriteAllBytes(Bad, content);
        return Bad;
    }
}
