using System.Text.Json;
using LeVo.Core.Checkpoints;
using LeVo.Core.Configuration;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Testing;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class LeLmConfigReaderTests
{
    public static TheoryData<string> Configs => [.. Golden.Files.Where(f => Path.GetExtension(f) == ".yaml"
        && Path.GetFileName(f).StartsWith("config", StringComparison.Ordinal))];

    /// <summary>Goldens of several models may lie side by side: one of them must be this file's.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Configs))]
    [Trait("Category", "Golden")]
    public void AConfigFileSaysWhatAGoldenBesideItSays(string relative)
    {
        string path = Golden.Full(relative);
        LeLmConfig config = Read(YamlConfig.Load(path, name => Golden.Helper(relative, "lelm", name)));
        var differences = new List<string>();
        foreach (string golden in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.safetensors"))
        {
            using Checkpoint file = Checkpoint.Open(golden);
            if (!file.Metadata.TryGetValue("config", out string? resolved))
                continue;
            using JsonDocument document = JsonDocument.Parse(resolved);
            string[] different = [.. Differences(document.RootElement, config)];
            if (different.Length == 0)
                return;
            differences.Add($"{Path.GetFileName(golden)}: {string.Join("; ", different)}");
        }
        Assert.Empty(differences);
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void TheTinyConfigIsReadAsItStands()
    {
        string path = Path.Combine(Golden.Carried, "lelm", "config_tiny.yaml");
        LeLmConfig config = Read(YamlConfig.Load(path, name => Path.Combine(Golden.Carried, "lelm", name)));
        Assert.Equal(1.44, config.MaxSeconds);
        Assert.Equal((27, 24, 12), (config.PromptLength, config.LyricsLength, config.DescriptionLength));
        Assert.Equal((16384, 64, 3), (config.PromptCodeSize, config.CodeSize, config.Codebooks));
        Assert.Equal((100_000f, 500_000f), (config.MixedRopeTheta, config.TrackRopeTheta));
        Assert.Equal([0, 5, 5], config.Delays);
        Assert.Equal(13, config.StructureTags.Count);
        Assert.Equal("[silence]", config.StructureTags[^1]);
        Assert.Equal([new(null, 0), new("description", 0), new("type_info", 0.5), new("prompt_audio", 0.5)],
            config.AttributeDropouts);
    }

    [Fact]
    public void OlderFilesNestTheKeysOfTheLyricProcessor()
    {
        LeLmConfig config = Read(Parse(Minimal + "lyric_processor: { max_dur: 150, prompt_len: 5 }\n"));
        Assert.Equal(150, config.MaxSeconds);
        Assert.Equal(5, config.PromptSeconds);
        Assert.Equal(5 * 25 + 2, config.PromptLength);
    }

    [Theory]
    [InlineData("dim: 64", "dim: 63", "'lm.num_heads'")]
    [InlineData("dim: 64", "dim: 0", "'lm.dim' is 0")]
    [InlineData("dim: 64", "dim: wide", "'lm.dim' is 'wide'")]
    [InlineData("dim: 64", "dim: 64.5", "'lm.dim' is '64.5'")]
    [InlineData("dim: 64, ", "", "has no key 'lm.dim'")]
    [InlineData("[0, 5, 5]", "[0, 5]", "line 3: 'codebooks_pattern.delay.delays'")]
    [InlineData("[0, 5, 5]", "[0, -5, 5]", "delays")]
    public void ImpossibleSizesAreNamed(string from, string to, string mention)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(Parse(Minimal.Replace(from, to)))).Message;
        Assert.Contains(mention, message);
        Assert.Contains("test.yaml", message);
    }

    [Theory]
    [InlineData("fuser: { prepend: [description, melody] }", "'melody'")]
    [InlineData("fuser: { prepend: [description, description] }", "twice")]
    [InlineData("fuser: { sum: [description] }", "not supported")]
    public void OtherFusersAreRefused(string line, string mention) =>
        Assert.Contains(mention, Assert.Throws<InvalidDataException>(() => Read(Parse(Minimal + line))).Message);

    [Fact]
    public void AnAbsentLevoSectionHoldsTheReleasedValues()
    {
        LevoSection levo = LevoSectionReader.Read(Parse(Minimal).Root);
        Assert.Equal(new LevoSection(), levo);
        Assert.Equal(new LevoText(null, 151643, 151645), levo.Text);
        Assert.Equal(new LevoPrompt(16385, 16384), levo.Prompt);
        Assert.Equal(new LevoSampling(0.8, 5000, 1.5, 50), levo.Sampling);
        Assert.Equal((6, 7, 3), (levo.Codec.MixedTap, levo.Codec.VocalTap, levo.Codec.AccompanimentTap));
        Assert.Equal((30, 20), (levo.Codec.MixedHeads, levo.Codec.DualHeads));
        Assert.Equal((10, 1.5), (levo.Codec.Steps, levo.Codec.Guidance));
        Assert.Equal((3142, 9670), (levo.Codec.SilentVocalCode, levo.Codec.SilentAccompanimentCode));
        Assert.Equal((40, 40), (levo.Codec.SegmentSeconds, levo.Codec.WindowSeconds));
    }

    [Fact]
    public void TheLevoSectionOverridesOneByOne()
    {
        YamlConfig yaml = Parse(Minimal + """
            levo:
              text: { rules: v1, pad_id: 5 }
              prompt: { null_id: 65, real_below: 64 }
              codec:
                taps: { vocal: 2 }
                estimator_heads: { dual: 4 }
                window_seconds: 4
                silent_codes: { accompaniment: 9 }
              sampling: { top_k: 50 }
            """);
        LevoSection levo = LevoSectionReader.Read(yaml.Root);
        LevoSection expected = new()
        {
            Text = new(TextRules.V1, 5),
            Prompt = new(65, 64),
            Codec = new() { VocalTap = 2, DualHeads = 4, WindowSeconds = 4, SilentAccompanimentCode = 9 },
            Sampling = new(TopK: 50),
        };
        Assert.Equal(expected, levo);
        LeLmConfig config = LeLmConfigReader.Read(yaml, levo);
        Assert.Equal((5, 151_645), (config.TextPadId, config.StructureBase));
        Assert.Equal((65, 64), (config.PromptNullId, config.PromptRealBelow));
    }

    [Theory]
    [InlineData("levo: { txt: {} }", "line 4: 'levo.txt'")]
    [InlineData("levo:\n  codec:\n    stepz: 3", "line 6: 'levo.codec.stepz'")]
    [InlineData("levo: { codec: { taps: { left: 3 } } }", "'levo.codec.taps.left'")]
    [InlineData("levo: { codec: { steps: 0 } }", "'levo.codec.steps' is 0")]
    [InlineData("levo: { codec: { window_seconds: 0 } }", "'levo.codec.window_seconds'")]
    [InlineData("levo: { text: { rules: v3 } }", "'v3'")]
    [InlineData("levo: 3", "'levo'")]
    public void MisspeltLevoKeysAreNamedByTheirLine(string section, string mention) =>
        Assert.Contains(mention, Assert.Throws<InvalidDataException>(
            () => LevoSectionReader.Read(Parse(Minimal + section).Root)).Message);

    internal const string Minimal = """
        lm: { dim: 64, intermediate_size: 128, num_heads: 4, num_layers: 2, num_layers_sub: 2,
          code_depth: 3, code_size: 64 }
        codebooks_pattern: { delay: { delays: [0, 5, 5] } }

        """;

    private static YamlConfig Parse(string text) =>
        YamlConfig.Parse("test.yaml", text, name => throw new FileNotFoundException(name));

    private static LeLmConfig Read(YamlConfig yaml) => LeLmConfigReader.Read(yaml, LevoSectionReader.Read(yaml.Root));

    private static IEnumerable<string> Differences(JsonElement expected, LeLmConfig config)
    {
        JsonElement lm = expected.GetProperty("lm"), conditioners = expected.GetProperty("conditioners");
        JsonElement delay = expected.GetProperty("codebooks_pattern").GetProperty("delay");
        JsonElement lyrics = conditioners.GetProperty("description").GetProperty("QwTokenizer");
        JsonElement description = conditioners.GetProperty("type_info").GetProperty("QwTextTokenizer");
        JsonElement prompt = conditioners.GetProperty("prompt_audio").GetProperty("qt_embedding");
        JsonElement guidance = expected.GetProperty("classifier_free_guidance");
        (JsonElement Parent, string Key, double Actual)[] numbers =
        [
            (lm, "dim", config.Width), (lm, "intermediate_size", config.FeedForwardWidth),
            (lm, "num_heads", config.Heads), (lm, "num_layers", config.MixedLayers),
            (lm, "num_layers_sub", config.TrackLayers), (lm, "code_depth", config.Codebooks),
            (lm, "code_size", config.CodeSize), (lm, "rope_theta", config.MixedRopeTheta),
            (lm, "rope_theta_sub", config.TrackRopeTheta),
            (delay, "flatten_first", config.FlattenFirst), (delay, "empty_initial", config.EmptyInitial),
            (expected, "audio_tokenizer_frame_rate", config.FrameRate), (expected, "prompt_len", config.PromptSeconds),
            (lyrics, "max_len", config.LyricsLength), (description, "max_len", config.DescriptionLength),
            (prompt, "max_len", config.PromptLength), (prompt, "code_size", config.PromptCodeSize),
            (guidance, "inference_coef", config.GuidanceCoefficient),
            (guidance, "training_dropout", config.ConditionDropout),
        ];
        var draws = from @group in expected.GetProperty("attribute_dropout").EnumerateObject()
                    from entry in @group.Value.EnumerateObject()
                    select @group.Name == "args"
                        ? new AttributeDropout(null, 0)
                        : new AttributeDropout(entry.Name, entry.Value.GetDouble());
        (string Key, IEnumerable<object?> Expected, IEnumerable<object?> Actual)[] lists =
        [
            ("delays", Boxed(delay.GetProperty("delays").EnumerateArray().Select(d => d.GetInt32())),
                Boxed(config.Delays)),
            ("prepend", Texts(expected.GetProperty("fuser").GetProperty("prepend")), config.PrefixOrder),
            ("add_token_list", Texts(lyrics.GetProperty("add_token_list")), config.StructureTags),
            ("attribute_dropout", draws, config.AttributeDropouts),
        ];
        return numbers.Where(n => n.Parent.GetProperty(n.Key).GetDouble() != n.Actual)
            .Select(n => $"{n.Key} is {n.Actual}, not {n.Parent.GetProperty(n.Key)}")
            .Concat(lists.Where(list => !list.Expected.SequenceEqual(list.Actual))
                .Select(list =>
                    $"{list.Key} is {string.Join(", ", list.Actual)}, not {string.Join(", ", list.Expected)}"));

        static IEnumerable<object?> Boxed(IEnumerable<int> values) => values.Cast<object>();

        static IEnumerable<object?> Texts(JsonElement list) => list.EnumerateArray().Select(item => item.GetString());
    }
}
