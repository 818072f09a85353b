using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Core;
using LeVo.Core.Audio;
using LeVo.Core.Checkpoints;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using LeVo.Testing.Gguf;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Loading;

/// <summary>A whole model in GGUF files against the folder that they are made from.</summary>
public sealed class GgufCodecTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-gguf-");
    private readonly TinyModel model = new(withEncoder: true);

    private string Path => folder.FullName;

    /// <summary>Types of the flow decoder's matrices, and the least ratio of signal and difference in dB.</summary>
    [Theory]
    [InlineData(GgufTensorType.F32, 110)]
    [InlineData(GgufTensorType.F16, 80)]
    [InlineData(GgufTensorType.Q8, 60)]
    [InlineData(GgufTensorType.Q6K, 48)]
    [InlineData(GgufTensorType.Q4K, 38)]
    public async Task ASongSoundsLikeThatOfTheSource(GgufTensorType type, double least)
    {
        Write(type);
        using MusicCodec source = MusicCodec.Load(model.Path), codec = MusicCodec.Load(Path);
        Assert.Equal((source.SampleRate, source.FrameRate), (codec.SampleRate, codec.FrameRate));
        float[] expected = await DecodeAsync(source), got = await DecodeAsync(codec);
        double signal = expected.Sum(x => (double)x * x), difference = expected.Zip(got, (a, b) => Math.Pow(a - b, 2)).Sum();
        double ratio = 10 * Math.Log10(signal / difference);
        TestContext.Current.TestOutputHelper?.WriteLine($"{type}: {ratio:F1} dB");
        Assert.InRange(ratio, least, double.PositiveInfinity);
    }

    /// <summary>The language model's ids, tokenizer, sizes and weights: the same song token by token.</summary>
    [Fact]
    public async Task TheTokensAreThoseOfTheSource()
    {
        Write(GgufTensorType.F32);
        Assert.Equal(await TokensAsync(model.Path), await TokensAsync(Path));
    }

    /// <summary>It is told before work, and what is missing is named.</summary>
    [Fact]
    public async Task SoundCantBeEncoded()
    {
        Write(GgufTensorType.F16);
        using MusicCodec codec = MusicCodec.Load(Path);
        var sound = new Waveform([new float[8000], new float[8000]], 8000);
        var stems = new StemPair(sound, sound);
        Assert.Contains(codec.Check(new() { Prompt = stems }), finding => finding.Message.Contains("can't encode sound", StringComparison.Ordinal));
        Exception e = await Assert.ThrowsAsync<NotSupportedException>(
            () => codec.EncodeAsync(sound, stems, TestContext.Current.CancellationToken));
        Assert.Contains($"audio prompts can't be encoded: '{In("flow.gguf")}' holds the codec's decoder alone", e.Message);
    }

    /// <summary>Files that are converted to state dicts hold what the source holds, and sound like it.</summary>
    [Fact]
    public void ConvertedFilesHoldTheSourcesTensors()
    {
        Write(GgufTensorType.F32);
        foreach (string name in (string[])["flow", "vae"])
            ModelConverter.ToSafetensors(In(name + ".gguf"), In(name + ".safetensors"), ModelPrecision.Float32, null,
                TestContext.Current.CancellationToken);
        using Checkpoint source = Checkpoint.Open(System.IO.Path.Combine(model.Path, "dual.safetensors"));
        using Checkpoint flow = Checkpoint.Open(In("flow.safetensors"));
        using var scope = NewDisposeScope();
        int compared = 0;
        foreach (StoredTensor tensor in flow.Tensors.Values.Where(tensor => source.Tensors.ContainsKey(tensor.Name)))
        {
            Assert.True(source.Load(tensor.Name).equal(flow.Load(tensor.Name)).all().item<bool>(), tensor.Name);
            compared++;
        }
        Assert.Equal(flow.Tensors.Count - 2, compared); // the folded projections of two quantizers
        using var dual = new CodecFile(In("flow.safetensors"), CodecLayout.DualTrack(1, 1), 2, CPU, []);
        Assert.False(dual.CanEncode);
        List<string> problems = [];
        using var vae = new VaeFile(System.IO.Path.Combine(model.Path, "vae.json"), In("vae.safetensors"), CPU, problems);
        Assert.Empty(problems);
    }

    /// <summary>A folder of GGUF files becomes a model folder that makes the same song, also where it is moved.</summary>
    [Fact]
    public async Task TheFolderBecomesASafetensorsFolder()
    {
        Write(GgufTensorType.F32);
        string target = In("new/model"), moved = In("moved");
        var parts = new List<double>();
        ModelConverter.ToFolder(Path, target, ModelPrecision.Float32, new Parts(parts), TestContext.Current.CancellationToken);
        Assert.Equal(parts.Order(), parts);
        Assert.Equal(1, parts[^1], 9);
        Assert.Equal(["codec", "config.yaml", "model.safetensors", "tokenizer", "vae"],
            Directory.EnumerateFileSystemEntries(target).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal));
        Directory.Move(target, moved);
        ModelFolder source = ModelFolder.Open(Path), converted = ModelFolder.Open(moved);
        Assert.Equal(source.Levo with { Text = new(source.Config.TextRules) }, converted.Levo);
        Assert.Equal(await TokensAsync(Path), await TokensAsync(moved));
        using MusicCodec expected = MusicCodec.Load(Path), got = MusicCodec.Load(moved);
        Assert.Equal(await DecodeAsync(expected), await DecodeAsync(got));
    }

    /// <summary>Refusals come before work, and nothing is left of what was stopped.</summary>
    [Fact]
    public void OnlyGgufFilesBecomeFoldersAndNothingIsLeftOfAStoppedOne()
    {
        Write(GgufTensorType.F32);
        Assert.Contains("is a model folder already", Assert.Throws<ArgumentException>(() => Convert(model.Path, "x")).Message);
        Directory.CreateDirectory(In("full/x"));
        Assert.Contains("is not empty", Assert.Throws<IOException>(() => Convert(Path, "full")).Message);
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ModelConverter.ToFolder(
            Path, In("stopped"), ModelPrecision.Float16, new Parts([], cancellation.Cancel), cancellation.Token));
        Assert.Equal(["full"], Directory.EnumerateDirectories(Path).Select(System.IO.Path.GetFileName));

        void Convert(string source, string name) => ModelConverter.ToFolder(
            source, In(name), ModelPrecision.Float16, null, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        model.Dispose();
        folder.Delete(recursive: true);
    }

    private static async Task<int[]> TokensAsync(string path)
    {
        using LeVoModel loaded = LeVoModel.Load(path);
        SongTokens tokens = await loaded.CreateTokenGenerator().GenerateTokensAsync(
            new SongRequest
            {
                Lyrics = Lyrics.Parse("[verse] la mo ; [chorus] river"),
                Description = "pop",
                Seed = 3,
                Duration = TimeSpan.FromSeconds(1.4),
            }, null, TestContext.Current.CancellationToken);
        return [.. tokens.Row(SongPart.Mixed).Span, .. tokens.Row(SongPart.Vocal).Span, .. tokens.Row(SongPart.Accompaniment).Span];
    }

    private static async Task<float[]> DecodeAsync(MusicCodec codec)
    {
        var random = new Random(1);
        int[] Row() => [.. Enumerable.Range(0, 40).Select(_ => random.Next(TinyCodec.CodebookSize))];
        var samples = new List<float>();
        await foreach (Waveform block in codec.DecodeAsync(SongTokens.FromRows(Row(), Row(), Row()), new() { Seed = 5 }, null,
            TestContext.Current.CancellationToken))
            samples.AddRange(block.Channels.SelectMany(channel => channel.ToArray()));
        return [.. samples];
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private void Write(GgufTensorType type)
    {
        ModelFolder source = ModelFolder.Open(model.Path);
        using ICheckpoint leLm = source.OpenLeLm();
        GgufLeLm.Create(source.Config, _ => GgufTensorType.F32, (name, _) => ((Checkpoint)leLm).Values<float>(name),
            source.TokenizerFolder).Save(In("lm.gguf"));
        GgufCodecFiles.WriteFlow(source.DualCodecFile!, 2, type, In("flow.gguf"));
        GgufCodecFiles.WriteVae(source.VaeFile!, TinyCodec.SampleRate, In("vae.gguf"));
        string config = File.ReadAllText(System.IO.Path.Combine(model.Path, "config.yaml"));
        File.WriteAllText(In("config.yaml"), config[config.IndexOf("levo:", StringComparison.Ordinal)..]);
    }

    private sealed class Parts(List<double> parts, Action? report = null) : IProgress<double>
    {
        public void Report(double value)
        {
            parts.Add(value);
            report?.Invoke();
        }
    }
}
