using LeVo.Core.LanguageModel;

namespace LeVo.Core.Checkpoints;

/// <summary>Reads the sizes and constants of LeLM out of config.yaml. Keys without effect on the model are left
/// alone.</summary>
internal static class LeLmConfigReader
{
    private static readonly string[] Conditions = ["description", "prompt_audio", "type_info"];

    /// <exception cref="InvalidDataException">A key is missing or impossible; the message names the file, key and
    /// line.</exception>
    public static LeLmConfig Read(YamlConfig yaml, LevoSection levo)
    {
        ConfigValue root = yaml.Root, lm = root.Required("lm");
        var absent = new LeLmConfig();
        ConfigValue? lyrics = Conditioner(root, "description", "QwTokenizer");
        ConfigValue? description = Conditioner(root, "type_info", "QwTextTokenizer");
        ConfigValue? prompt = Conditioner(root, "prompt_audio", "qt_embedding");
        ConfigValue? guidance = root.At("classifier_free_guidance"), dropout = root.At("attribute_dropout");
        int frameRate = Positive(root, "audio_tokenizer_frame_rate", absent.FrameRate);
        int promptSeconds = Processor(root, "prompt_len")?.Integer ?? absent.PromptSeconds;
        var config = new LeLmConfig
        {
            Width = Positive(lm, "dim"),
            FeedForwardWidth = Positive(lm, "intermediate_size"),
            Heads = Positive(lm, "num_heads"),
            Layers = Positive(lm, "num_layers"),
            SubLayers = Positive(lm, "num_layers_sub"),
            Codebooks = Positive(lm, "code_depth"),
            CodeSize = Positive(lm, "code_size"),
            RopeTheta = (float)(lm.At("rope_theta")?.Number ?? absent.RopeTheta),
            SubRopeTheta = (float)(lm.At("rope_theta_sub")?.Number ?? absent.SubRopeTheta),
            Delays = [.. root.Required("codebooks_pattern.delay.delays").Items.Select(delay => delay.Integer)],
            FlattenFirst = root.At("codebooks_pattern.delay.flatten_first")?.Integer ?? 0,
            EmptyInitial = root.At("codebooks_pattern.delay.empty_initial")?.Integer ?? 0,
            FrameRate = frameRate,
            MaxDuration = Processor(root, "max_dur")?.Number ?? absent.MaxDuration,
            PromptSeconds = promptSeconds,
            LyricsLength = Positive(lyrics, "max_len", absent.LyricsLength),
            DescriptionLength = Positive(description, "max_len", absent.DescriptionLength),
            PromptLength = Positive(prompt, "max_len", promptSeconds * frameRate + 2),
            PromptCodeSize = Positive(prompt, "code_size", absent.PromptCodeSize),
            PrefixOrder = root.At("fuser.prepend")?.Items.Select(Condition).ToArray() ?? absent.PrefixOrder,
            StructureTags = lyrics?.At("add_token_list")?.Items.Select(tag => tag.Text).ToArray()
                ?? absent.StructureTags,
            TextPadId = levo.Text.PadId,
            StructureBase = levo.Text.StructureBase,
            PromptNullId = levo.Prompt.NullId,
            PromptRealBelow = levo.Prompt.RealBelow,
            GuidanceCoefficient = guidance?.At("inference_coef")?.Number ?? absent.GuidanceCoefficient,
            ConditionDropout = guidance?.At("training_dropout")?.Number ?? absent.ConditionDropout,
            AttributeDropouts = dropout is null ? absent.AttributeDropouts : Dropouts(dropout),
        };
        Check(root, config);
        return config;
    }

    /// <summary>The settings of a conditioner, under the name that its key <c>model</c> gives.</summary>
    internal static ConfigValue? Conditioner(ConfigValue root, string condition, string model) =>
        root.At($"conditioners.{condition}.{root.At($"conditioners.{condition}.model")?.Text ?? model}");

    /// <summary>Keys that newer files hold at top level, older ones under <c>lyric_processor</c>.</summary>
    private static ConfigValue? Processor(ConfigValue root, string key) =>
        root.At(key) ?? root.At($"lyric_processor.{key}");

    private static string Condition(ConfigValue value) => Conditions.Contains(value.Text)
        ? value.Text
        : throw value.Error($"is '{value.Text}', not one of {string.Join(", ", Conditions)}");

    /// <summary>In file order, since every entry takes one draw; the group <c>args</c> drops nothing but takes its
    /// draw.</summary>
    private static List<AttributeDropout> Dropouts(ConfigValue groups) =>
    [
        .. from @group in groups.Keys
           from key in groups.At(@group)?.Keys ?? []
           select @group == "args"
               ? new AttributeDropout(null, 0)
               : new AttributeDropout(key, groups.Required($"{@group}.{key}").Number),
    ];

    private static int Positive(ConfigValue parent, string key) => Positive(parent.Required(key));

    private static int Positive(ConfigValue? parent, string key, int absent) =>
        parent?.At(key) is { } value ? Positive(value) : absent;

    private static int Positive(ConfigValue value) =>
        value.Integer > 0 ? value.Integer : throw value.Error($"is {value.Text}, not above 0");

    private static void Check(ConfigValue root, LeLmConfig config)
    {
        if (config.Width % config.Heads != 0 || config.HeadWidth % 2 != 0)
            throw root.Required("lm.num_heads").Error($"is {config.Heads}, which does not part dim into even widths");
        ConfigValue delays = root.Required("codebooks_pattern.delay.delays");
        if (config.Delays.Count != config.Codebooks || config.Delays.Any(delay => delay < 0))
            throw delays.Error($"has {config.Delays.Count} numbers, not {config.Codebooks} that are 0 or more");
        if (config.PrefixOrder.Distinct().Count() != config.PrefixOrder.Count)
            throw root.Required("fuser.prepend").Error("names a condition twice");
        if (root.At("fuser.sum") is { } sum && sum.Items.Any())
            throw sum.Error("is not empty; adding conditions element-wise is not supported");
        if (config.MaxDuration <= 0 || config.PromptSeconds <= 0)
            throw (Processor(root, "prompt_len") ?? root).Error("and max_dur must be above 0");
    }
}
