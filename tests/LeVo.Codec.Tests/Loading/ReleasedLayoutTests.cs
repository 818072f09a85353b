using LeVo.Core;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Loading;

/// <summary>Released models in the folders that owners have, loaded up to the weights.</summary>
public sealed class ReleasedLayoutTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("levo-layouts-").FullName;
    private readonly string before = Environment.CurrentDirectory;

    public ReleasedLayoutTests() => LeVoRuntime.EnsureTorch();

    public static TheoryData<string> Sizes => [.. ReleasedTree.Sizes.Keys];

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        Directory.Delete(root, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void EverySizeInLayoutA(string name)
    {
        ReleasedTree.WriteCommon(root);
        ReleasedTree.WriteModel(At(name), name);
        ModelFolder folder = Load(At(name));
        ReleasedSize size = ReleasedTree.Sizes[name];
        LeLmConfig config = folder.Config;
        Assert.Equal((size.Width, size.Layers, 12, size.Theta, 500_000), (config.Width, config.MixedLayers, config.TrackLayers,
            (int)config.MixedRopeTheta, (int)config.TrackRopeTheta));
        Assert.Equal((size.LyricsLength, size.StyleLength, 252), (config.LyricsLength, config.DescriptionLength,
            config.PromptLength));
        Assert.Equal(name.Contains("v2", StringComparison.Ordinal) ? TextRules.V2 : TextRules.V1, config.TextRules);
        Assert.Equal(StructureTag.Released, config.StructureTags);
        Assert.Equal([0, 250, 250], config.Delays);
        Assert.Equal((double)size.Seconds, config.MaxSeconds);
        Assert.Null(config.AttributeDropouts[0].Condition);
    }

    [Fact]
    public void LayoutB()
    {
        ReleasedTree.WriteCommon(root);
        ReleasedTree.WriteModel(At("ckpt/songgeneration_base"), "songgeneration_base");
        ModelFolder folder = Load(At("ckpt/songgeneration_base"));
        Assert.Equal(At("third_party/Qwen2-7B"), folder.TokenizerFolder);
    }

    [Theory]
    [InlineData("Runtime", "Runtime/songgeneration_v2_medium")]
    [InlineData("Runtime", "songgeneration_v2_medium")]
    [InlineData("SongGeneration-Runtime", "songgeneration_v2_medium")]
    [InlineData("models/runtime", "models/a/b/songgeneration_v2_medium", false)]
    public void LayoutCWithoutTheListOfTags(string runtime, string model, bool found = true)
    {
        ReleasedTree.WriteCommon(At(runtime), conf: false);
        ReleasedTree.WriteModel(At(model), "songgeneration_v2_medium");
        if (found)
        {
            Assert.Equal(StructureTag.Released, Load(At(model)).Config.StructureTags);
            return;
        }
        string message = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(At(model))).Message;
        Assert.Contains(At("models/third_party/Qwen2-7B"), message);
        Assert.DoesNotContain("vocab.yaml", message);
    }

    [Fact]
    public void LayoutDWithARootAndWithTheCurrentDirectory()
    {
        ReleasedTree.WriteCommon(At("release"));
        ReleasedTree.WriteModel(At("web/ui/models/x/large"), "songgeneration_v2_large");
        string message = Assert.Throws<ModelLoadException>(() => Load(At("web/ui/models/x/large"))).Message;
        foreach (string tried in (string[])["web/ui/models/x/large", "web/ui/models/x", "web/ui/models", "web/ui"])
            Assert.Contains(At(tried + "/third_party/Qwen2-7B"), message);
        Assert.Contains(Path.Combine(before, "third_party/Qwen2-7B"), message);
        Load(At("web/ui/models/x/large"), At("release"));
        Environment.CurrentDirectory = At("release");
        Load(At("web/ui/models/x/large"));
    }

    [Fact]
    public void AnInspectionTellsLayoutPartsTypesCacheMemoryAndTime()
    {
        ReleasedTree.WriteCommon(root);
        ReleasedTree.WriteModel(At("songgeneration_v2_medium"), "songgeneration_v2_medium");
        ModelReport report = LeVoModel.Inspect(new() { ModelPath = At("songgeneration_v2_medium"), Backend = ModelBackend.Cpu });
        string text = report.ToString();
        string[] mentions =
        [
            "(layout A)", "text rules V2", "up to 270 s", "BF16 5.7 GB", "autoencoder: ", "Cpu, Int8", "int8.levo", "first start",
            "time, estimated", "GB/s",
        ];
        Assert.All(mentions, mention => Assert.Contains(mention, text));
        Assert.InRange(report.CacheBytes, 2_000_000_000, 2_500_000_000);
        Assert.True(report.MemoryBytes > report.CacheBytes);
        File.Delete(At("ckpt/vae/autoencoder_music_1320k.safetensors"));
        Assert.Contains("the VAE (vae_model) is missing", Assert.Single(
            LeVoModel.Inspect(new() { ModelPath = At("songgeneration_v2_medium"), Backend = ModelBackend.Cpu }).Problems));
    }

    private string At(string name) => Path.Combine(root, name);

    /// <summary>Opens the language model, its tokenizer and the codec, and checks names and shapes of all tensors.</summary>
    private static ModelFolder Load(string model, string? extraRoot = null)
    {
        ModelFolder folder = ModelFolder.Open(model, extraRoot);
        using ICheckpoint leLm = folder.OpenLeLm();
        Assert.Empty(new LeLmTensors(folder.Config).Used.Select(tensor =>
            tensor.Problem(leLm.ShapeOf(tensor.Name), ElementType.Float32, isFloatingPoint: true)).OfType<string>());
        Qwen2Vocabulary.Load(folder.TokenizerFolder);
        folder.RequireCodec(prompts: true);
        using MusicCodec codec = MusicCodec.Load(folder, CPU);
        Assert.Equal((48_000, 25), (codec.SampleRate, codec.FrameRate));
        return folder;
    }
}
