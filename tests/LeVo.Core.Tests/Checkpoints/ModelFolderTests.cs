using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Torch.Tensors;
using Microsoft.Extensions.Logging;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class ModelFolderTests : IDisposable
{
    private const string Config = LeLmConfigReaderTests.Minimal + """
        audio_tokenizer_checkpoint: Flow1dVAE1rvq_./ckpt/mixed.safetensors
        audio_tokenizer_checkpoint_sep: Flow1dVAESeparate_//pretrained/ckpt/dual.safetensors
        vae_config: ./ckpt/vae/vae.json
        vae_model: ./ckpt/vae/vae.ckpt
        conditioners:
          description:
            model: QwTokenizer
            QwTokenizer: { token_path: third_party/words, max_len: 24, add_token_list: "${load_yaml:conf/tags.yaml}" }

        """;

    private readonly TemporaryFolder folder = new();

    private string Model => folder["songgeneration_test"];

    public ModelFolderTests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EverythingInTheFolderItself()
    {
        Complete();
        ModelFolder model = ModelFolder.Open(Model);
        Assert.Equal(Path.Combine(Model, "model.safetensors"), model.LeLmFile);
        Assert.Equal(Path.Combine(Model, "third_party/words"), model.TokenizerFolder);
        Assert.Equal(Path.Combine(Model, "ckpt/mixed.safetensors"), model.MixedCodecFile);
        Assert.Equal(Path.Combine(Model, "ckpt/dual.safetensors"), model.DualCodecFile);
        Assert.Equal(Path.Combine(Model, "ckpt/vae/vae.json"), model.VaeConfigFile);
        Assert.Equal(Path.Combine(Model, "ckpt/vae/vae.ckpt"), model.VaeFile);
        Assert.Equal(["[verse]", "[chorus]"], model.Config.StructureTags);
        Assert.Equal((12, 16), (model.Config.LyricsVocabulary, model.Config.DescriptionVocabulary));
        Assert.Equal(7, model.Config.StructureRows);
        Assert.Equal(TextRules.V2, model.Config.TextRules);
        model.RequireCodec(prompts: true);
        using ICheckpoint leLm = model.OpenLeLm();
        Assert.Equal([12, 4], leLm.ShapeOf("condition_provider.conditioners.description.output_proj.weight")!);
    }

    [Fact]
    public void PartsAreFoundInTheParentThenInTheExtraRoot()
    {
        Complete();
        Directory.Move(Path.Combine(Model, "ckpt"), folder["ckpt"]);
        Directory.CreateDirectory(folder["extra"]);
        Directory.Move(Path.Combine(Model, "third_party"), folder["extra/third_party"]);
        Directory.Move(Path.Combine(Model, "conf"), folder["extra/conf"]);
        ModelFolder model = ModelFolder.Open(Model + "/", folder["extra"]);
        Assert.Equal(folder["ckpt/dual.safetensors"], model.DualCodecFile);
        Assert.Equal(folder["extra/third_party/words"], model.TokenizerFolder);
        Assert.Equal(2, model.Config.StructureTags.Count);
    }

    [Fact]
    public void ReleasedNamesAreTriedLast()
    {
        Complete();
        File.Delete(Path.Combine(Model, "ckpt/dual.safetensors"));
        Write("ckpt/model_septoken/model_2.safetensors", "x");
        Directory.Move(Path.Combine(Model, "third_party/words"), Path.Combine(Model, "third_party/Qwen2-7B"));
        Write("ckpt/vae/vae.safetensors", "x");
        ModelFolder model = ModelFolder.Open(Model);
        Assert.Equal(Path.Combine(Model, "ckpt/model_septoken/model_2.safetensors"), model.DualCodecFile);
        Assert.Equal(Path.Combine(Model, "third_party/Qwen2-7B"), model.TokenizerFolder);
        Assert.Equal(Path.Combine(Model, "ckpt/vae/vae.safetensors"), model.VaeFile);
    }

    [Fact]
    public void RelativePathsLeadToTheApplicationsFolderToo()
    {
        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder.Path;
            Assert.Equal(Path.Combine(AppContext.BaseDirectory, "Goldens/lelm"), ModelFolder.Locate("Goldens/lelm"));
            Directory.CreateDirectory(folder["Goldens/lelm"]);
            Assert.Equal("Goldens/lelm", ModelFolder.Locate("Goldens/lelm"));
            Assert.Equal("no/such/folder", ModelFolder.Locate("no/such/folder"));
            Assert.Equal(Model, ModelFolder.Locate(Model));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void AllThatIsMissingIsInOneMessage()
    {
        Write("config.yaml", Config);
        var error = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(Model, folder["extra"]));
        string[] mentions =
        [
            Path.Combine(Model, "model.safetensors"), Path.Combine(Model, "model.pt"),
            Path.Combine(Model, "conf/tags.yaml"), folder["conf/tags.yaml"], folder["extra/conf/tags.yaml"],
            Path.Combine(Model, "third_party/words"), folder["extra/third_party/Qwen2-7B"],
        ];
        Assert.All(mentions, mention => Assert.Contains(mention, error.Message));
        Assert.Equal(3, error.Problems.Count);
        Assert.DoesNotContain("vae", error.Message);
    }

    [Fact]
    public void AFolderThatIsNotThereIsNamed()
    {
        var error = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder["absent"]));
        Assert.Contains(folder["absent/config.yaml"], error.Message);
        Assert.Contains(folder["absent/model.pt"], error.Message);
    }

    [Fact]
    public void ATokenizerFolderThatLacksAFileIsNoTokenizer()
    {
        Complete();
        File.Delete(Path.Combine(Model, "third_party/words/merges.txt"));
        var error = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(Model));
        Assert.Contains("third_party/words (lacks merges.txt)", error.Message);
    }

    [Fact]
    public void AMissingTableIsNamedAndNothingIsSaidAboutTextRules()
    {
        Complete();
        using var scope = NewDisposeScope();
        TensorWriter.Save(Path.Combine(Model, "model.safetensors"),
            [("audiolm.condition_provider.conditioners.description.output_proj.weight", zeros(12, 4))]);
        Directory.Move(Model, folder["songgeneration_v2_medium"]);
        var error = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder["songgeneration_v2_medium"]));
        Assert.Equal(2, error.Problems.Count);
        Assert.Contains("'condition_provider.conditioners.description.structure_emb.weight' is missing", error.Message);
        Assert.Contains("'condition_provider.conditioners.type_info.output_proj.weight' is missing", error.Message);
        Assert.DoesNotContain("rules", error.Message);
    }

    [Fact]
    public void AnotherModelsCheckpointIsNamed()
    {
        Complete();
        using var scope = NewDisposeScope();
        TensorWriter.Save(Path.Combine(Model, "model.safetensors"), [("unet.down.weight", zeros(1)), ("unet.up.weight", zeros(1))]);
        string message = Assert.Single(Assert.Throws<ModelLoadException>(() => ModelFolder.Open(Model)).Problems);
        Assert.Contains("none of LeLM's tensors; it has 2, 'unet.down.weight'", message);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("model.pt")]
    public void OtherNamesOfTheCheckpointAreFound(string name)
    {
        Complete();
        File.Move(Path.Combine(Model, "model.safetensors"), Path.Combine(Model, name));
        // The content decides, not the extension.
        Assert.Equal(Path.Combine(Model, name), ModelFolder.Open(Model).LeLmFile);
    }

    [Fact]
    public void WithoutTheListOfTagsTheReleasedOnesNeedTheReleasedRows()
    {
        Complete();
        Directory.Delete(Path.Combine(Model, "conf"), recursive: true);
        Assert.Contains("conf/tags.yaml", Assert.Throws<ModelLoadException>(() => ModelFolder.Open(Model)).Message);
        Complete(151_652, 151_659);
        Directory.Delete(Path.Combine(Model, "conf"), recursive: true);
        var logger = new ListLogger();
        Assert.Equal(StructureTag.Released, ModelFolder.Open(Model, logger: logger).Config.StructureTags);
        Assert.Contains(logger.Lines, line => line.Contains("the 13 tags of the released models", StringComparison.Ordinal));
    }

    [Fact]
    public void AWrappedCheckpointIsRead()
    {
        Complete();
        const string Conditioners = "state_dict.model._orig_mod.audiolm.condition_provider.conditioners.";
        using var scope = NewDisposeScope();
        TensorWriter.Save(Path.Combine(Model, "model.safetensors"),
        [
            (Conditioners + "description.output_proj.weight", zeros(12, 4)), ("ema.decay", ones(1)),
            (Conditioners + "description.structure_emb.weight", zeros(7, 4)), ("optimizer.step", ones(1)),
            (Conditioners + "type_info.output_proj.weight", zeros(16, 4)),
        ]);
        ModelFolder model = ModelFolder.Open(Model);
        Assert.Equal((12, 16, 7), (model.Config.LyricsVocabulary, model.Config.DescriptionVocabulary, model.Config.StructureRows));
    }

    [Fact]
    public void TheCodecIsRequiredOnlyWhenAskedFor()
    {
        Complete();
        Directory.Delete(Path.Combine(Model, "ckpt"), recursive: true);
        ModelFolder model = ModelFolder.Open(Model);
        Assert.Null(model.DualCodecFile);
        var error = Assert.Throws<ModelLoadException>(() => model.RequireCodec());
        Assert.Equal(3, error.Problems.Count);
        Assert.Contains(Path.Combine(Model, "ckpt/dual.safetensors"), error.Message);
        Assert.Contains(folder["ckpt/model_septoken/model_2.safetensors"], error.Message);
        Assert.Contains(folder["ckpt/vae/vae.safetensors"], error.Message);
        Assert.Equal(4, Assert.Throws<ModelLoadException>(() => model.RequireCodec(prompts: true)).Problems.Count);
    }

    [Fact]
    public void ABrokenCheckpointAndABrokenConfigurationAreNamedTogether()
    {
        Complete();
        Write("config.yaml", Config.Replace("dim: 64", "dim: x") + "levo: { nonsense: 1 }\n");
        File.WriteAllText(Path.Combine(Model, "model.safetensors"), "not a checkpoint at all");
        var error = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(Model));
        Assert.Contains("'lm.dim'", error.Message);
        Assert.Contains("'levo.nonsense'", error.Message);
        Assert.Contains("model.safetensors", error.Message);
    }

    [Theory]
    [InlineData(10, null, "songgeneration_test", TextRules.V1)]
    [InlineData(16, null, "songgeneration_test", TextRules.V2)]
    [InlineData(10, "v1", "songgeneration_v2_large", TextRules.V1)]
    [InlineData(11, null, "songgeneration_test", TextRules.V2)]
    [InlineData(11, "v1", "songgeneration_test", TextRules.V1)]
    [InlineData(11, null, "SongGeneration-Base-New", TextRules.V1)]
    [InlineData(11, "v2", "songgeneration_base", TextRules.V2)]
    [InlineData(10, null, "songgeneration_base", TextRules.V1)]
    [InlineData(10, "v2", "songgeneration_test", null)]
    [InlineData(16, "v1", "songgeneration_test", null)]
    [InlineData(16, null, "songgeneration_large", null)]
    [InlineData(10, null, "songgeneration_v2_medium", null)]
    public void TextRulesFollowRowsThenSectionThenName(int rows, string? said, string name, TextRules? expected)
    {
        Complete(rows);
        if (said is not null)
            Write("config.yaml", Config + $"levo: {{ text: {{ rules: {said} }} }}\n");
        if (folder[name] != Model)
            Directory.Move(Model, folder[name]);
        if (expected is null)
            Assert.Contains("rules", Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder[name])).Message);
        else
            Assert.Equal(expected, ModelFolder.Open(folder[name]).Config.TextRules);
    }

    [Fact]
    public void TheHashNamesTheContentNotThePlace()
    {
        Complete();
        string before = ModelFolder.Open(Model).Hash;
        Assert.Matches("^[0-9a-f]{64}$", before);
        Directory.Move(Model, folder["moved"]);
        Assert.Equal(before, ModelFolder.Open(folder["moved"]).Hash);
        Directory.Move(folder["moved"], Model);
        Write("ckpt/vae/vae.json", "y");
        Assert.NotEqual(before, ModelFolder.Open(Model).Hash);
    }

    [Fact]
    public void AChangedWeightChangesTheHashOfALargeFile()
    {
        string path = folder["w.bin"];
        var bytes = new byte[1 << 21];
        File.WriteAllBytes(path, bytes);
        string before = ModelHash.Compute([path]);
        bytes.AsSpan(1 << 20).Fill(1);
        File.WriteAllBytes(path, bytes);
        Assert.NotEqual(before, ModelHash.Compute([path]));
    }

    [Fact]
    public void KeysWithoutMeaningAreLogged()
    {
        Complete();
        Write("config.yaml", Config + "optimizer: { name: adam }\n");
        var logger = new ListLogger();
        ModelFolder.Open(Model, logger: logger);
        Assert.Contains(logger.Lines, line => line.Contains("optimizer", StringComparison.Ordinal));
        Assert.DoesNotContain(logger.Lines, line => line.Contains("lm.dim", StringComparison.Ordinal));
    }

    private void Complete(int descriptionRows = 16, int lyricsRows = 12)
    {
        Write("config.yaml", Config);
        Write("conf/tags.yaml", "- '[verse]'\n- '[chorus]'\n");
        foreach (string name in ModelFolderReader.TokenizerNames)
            Write("third_party/words/" + name, "{}");
        foreach (string name in new[] { "mixed.safetensors", "dual.safetensors", "vae/vae.json", "vae/vae.ckpt" })
            Write("ckpt/" + name, "x");
        const string Conditioners = "audiolm.condition_provider.conditioners.";
        using var scope = NewDisposeScope();
        TensorWriter.Save(Path.Combine(Model, "model.safetensors"),
        [
            (Conditioners + "description.output_proj.weight", zeros(lyricsRows, 4)),
            (Conditioners + "description.structure_emb.weight", zeros(7, 4)),
            (Conditioners + "type_info.output_proj.weight", zeros(descriptionRows, 4)),
        ]);
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(Model, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
