using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Testing;
using LeVo.Testing.Gguf;

namespace LeVo.Core.Tests.Checkpoints;

/// <summary>Folders of GGUF files as model folders.</summary>
public sealed class GgufFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static string Tokenizer => Path.Combine(Golden.Carried, "lelm", "tokenizer");

    private static LeLmConfig Sizes { get; } = new()
    {
        Width = 32,
        FeedForwardWidth = 64,
        Heads = 2,
        MixedLayers = 2,
        TrackLayers = 1,
        CodeSize = 20,
        Delays = [0, 3, 3],
        LyricsLength = 24,
        DescriptionLength = 12,
        PromptSeconds = 1,
        PromptLength = 27,
        PromptCodeSize = 20,
        StructureRows = 16,
    };

    [Fact]
    public void SizesTokenizerAndPartsAreFoundWhateverTheNames()
    {
        Write("one.gguf");
        new GgufWriter("levo2_flow").Set("levo2_flow.attention.head_count", 7)
            .Add("flow.position_embedding.weight", GgufTensorType.F32, new float[100], 50, 2).Save(folder["two.gguf"]);
        new GgufWriter("levo2_vae").Save(folder["three.gguf"]);
        new GgufWriter("other").Save(folder["four.gguf"]);
        ModelFolder model = ModelFolder.Open(folder.Path);
        Assert.Equal(Sizes with { Delays = model.Config.Delays }, model.Config with { PrefixOrder = Sizes.PrefixOrder });
        Assert.Equal(Sizes.Delays, model.Config.Delays);
        Assert.Equal((folder["one.gguf"], folder["one.gguf"]), (model.LeLmFile, model.TokenizerFolder));
        Assert.Equal((folder["two.gguf"], folder["three.gguf"]), (model.DualCodecFile, model.VaeFile));
        Assert.Equal((7, 2.0), (model.Levo.Codec.DualHeads, model.Levo.Codec.WindowSeconds));
        model.RequireCodec();
        Assert.Contains("audio prompts can't be encoded: '" + folder["two.gguf"],
            Assert.Throws<ModelLoadException>(() => model.RequireCodec(prompts: true)).Message);
        Assert.Equal(64, model.Hash.Length);
        using ICheckpoint leLm = model.OpenLeLm();
        Assert.All(new LeLmTensors(model.Config).Used, tensor => Assert.Equal(tensor.Shape, leLm.ShapeOf(tensor.Name)));
    }

    /// <summary>The vocabulary in the metadata gives the ids of the tokenizer's files.</summary>
    [Fact]
    public void TheTokenizerIsTheSame()
    {
        Write("model.Q8_0.gguf");
        Qwen2Vocabulary expected = Qwen2Vocabulary.Load(Tokenizer), read = GgufVocabulary.Read(folder["model.Q8_0.gguf"]);
        const string Text = "<|im_start|>[verse] Morning light. Ünïcode 音楽 it's 42";
        string[] tags = [.. StructureTag.Released, "."];
        Assert.Equal(new Qwen2Tokenizer(expected, tags).Encode(Text), new Qwen2Tokenizer(read, tags).Encode(Text));
        Assert.Equal((expected.BaseCount, expected.AddedTokens.Count), (read.BaseCount, read.AddedTokens.Count));
    }

    [Fact]
    public void SeveralLanguageModelsAreListedAndOneIsChosen()
    {
        Write("a.gguf");
        Write("b.gguf");
        string message = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder.Path)).Message;
        Assert.Contains($"several language models; choose one by its file (--model FILE, or LeVoOptions.ModelPath): '{folder["a.gguf"]}', '{folder["b.gguf"]}'", message);
        Assert.Equal(folder["b.gguf"], ModelFolder.Open(folder["b.gguf"]).LeLmFile);
        Assert.Empty(new LeVoOptions { ModelPath = folder["b.gguf"] }.Problems());
    }

    [Fact]
    public void WhatIsMissingOrWrongIsNamed()
    {
        new GgufWriter("levo2_vae").Save(folder["vae.gguf"]);
        File.WriteAllText(folder["broken.gguf"], "no GGUF");
        string message = Refusal(folder.Path);
        Assert.Contains($"no GGUF file of the architecture 'levo2' in '{folder.Path}'", message);
        Assert.Contains("broken.gguf' is not a GGUF file", message);
        Assert.Contains("vae.gguf' holds 'levo2_vae', not a language model ('levo2')", Refusal(folder["vae.gguf"]));
        new GgufWriter("levo2").Set("levo2.schema_version", 2).Set("levo2.rms_norm_epsilon", 1e-6f)
            .Set("levo2.attention.head_count", 5).Set("levo2.attention.kv_head_count", 1).Save(folder["lm.gguf"]);
        message = Refusal(folder.Path);
        foreach (string problem in (string[])["schema_version is 2, not 1", "rms_norm_epsilon is 1E-06, not 1E-05",
            "kv_head_count is 1, not 5", "embedding_length is missing", "the tokenizer, which the language model's file lacks,"])
            Assert.Contains(problem, message);
    }

    /// <summary>A folder with a configuration and a checkpoint of another kind stays what it was.</summary>
    [Fact]
    public void OtherFoldersAreNotTakenOver()
    {
        Write("a.gguf");
        File.WriteAllText(folder["config.yaml"], "levo: { codec: { steps: 3 } }");
        Assert.Equal(3, ModelFolder.Open(folder.Path).Levo.Codec.Steps);
        File.WriteAllText(folder["model.pt"], "");
        Assert.Contains("model.pt'", Refusal(folder.Path));
        Assert.Equal(folder["a.gguf"], ModelFolder.Open(folder["a.gguf"]).LeLmFile);
    }

    public void Dispose() => folder.Dispose();

    private static string Refusal(string path) => Assert.Throws<ModelLoadException>(() => ModelFolder.Open(path)).Message;

    private void Write(string name) => GgufLeLm.Create(Sizes with { StructureRows = 16 }, _ => GgufTensorType.F16,
        (_, shape) => new float[shape.Aggregate(1L, (a, b) => a * b)], Tokenizer).Save(folder[name]);
}
