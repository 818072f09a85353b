using LeVo.Core.Configuration;

namespace LeVo.Core.Model;

/// <summary>
/// Reads the sizes and constants of LeLM from config.yaml. Keys without effect on the model are ignored.
/// </summary>
internal static class LeLmConfigReader
{
    // Limits far above all known models, checked before anything is allocated.
    private const int MostWidth = 1 << 16, MostFeedForward = 1 << 20, MostLayers = 1 << 10, MostCodebooks = 64;
    private const int MostCodes = 1 << 24, MostLength = 1 << 16, MostFrameRate = 1000, MostSeconds = 3600;

    /// <summary>Reads a configuration.</summary>
    /// <param name="yaml">The file.</param>
    /// <param name="levo">Its section <c>levo:</c>.</param>
    /// <param name="replaceTags">Called when the list of structure tags is in a file that does not exist: returns the tags, or
    /// null for an error.</param>
    /// <exception cref="InvalidDataException">A key is missing or invalid; the message contains the file, key and
    /// line.</exception>
    public static LeLmConfig Read(YamlConfig yaml, LevoSection levo, Func<IReadOnlyList<string>?>? replaceTags = null)
    {
        ConfigValue root = yaml.Root, lm = root.Required("lm");
        var absent = new LeLmConfig();
        ConfigValue? lyrics = Conditioner(root, ConditionNames.Lyrics);
        ConfigValue? description = Conditioner(root, ConditionNames.Description);
        ConfigValue? prompt = Conditioner(root, ConditionNames.Prompt);
        ConfigValue? guidance = root.At("classifier_free_guidance"), dropout = root.At("attribute_dropout");
        int frameRate = Positive(root, "audio_tokenizer_frame_rate", MostFrameRate, absent.FrameRate);
        int promptSeconds = Processor(root, "prompt_len") is { } seconds
            ? Within(seconds, 1, MostSeconds)
            : absent.PromptSeconds;
        var config = new LeLmConfig
        {
            Width = Positive(lm, "dim", MostWidth),
            FeedForwardWidth = Positive(lm, "intermediate_size", MostFeedForward),
            Heads = Positive(lm, "num_heads", MostWidth),
            MixedLayers = Positive(lm, "num_layers", MostLayers),
            TrackLayers = Positive(lm, "num_layers_sub", MostLayers),
            Codebooks = Positive(lm, "code_depth", MostCodebooks),
            CodeSize = Positive(lm, "code_size", MostCodes),
            MixedRopeTheta = Base(lm, "rope_theta", absent.MixedRopeTheta),
            TrackRopeTheta = Base(lm, "rope_theta_sub", absent.TrackRopeTheta),
            Delays = [.. root.Required("codebooks_pattern.delay.delays").Items
                .Select(delay => Within(delay, 0, MostLength))],
            FlattenFirst = Columns(root, "flatten_first"),
            EmptyInitial = Columns(root, "empty_initial"),
            FrameRate = frameRate,
            MaxSeconds = Duration(root, absent.MaxSeconds),
            PromptSeconds = promptSeconds,
            LyricsLength = Positive(lyrics, "max_len", MostLength, absent.LyricsLength),
            DescriptionLength = Positive(description, "max_len", MostLength, absent.DescriptionLength),
            PromptLength = Positive(prompt, "max_len", MostLength, promptSeconds * frameRate + 2),
            PromptCodeSize = Positive(prompt, "code_size", MostCodes, absent.PromptCodeSize),
            PrefixOrder = root.At("fuser.prepend")?.Items.Select(Condition).ToArray() ?? absent.PrefixOrder,
            StructureTags = Tags(lyrics, replaceTags) ?? absent.StructureTags,
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

    /// <summary>The settings of a conditioner, under the key named by its <c>model</c> key.</summary>
    internal static ConfigValue? Conditioner(ConfigValue root, string condition)
    {
        string model = root.At($"conditioners.{condition}.model")?.Text ?? condition switch
        {
            ConditionNames.Lyrics => "QwTokenizer",
            ConditionNames.Description => "QwTextTokenizer",
            _ => "qt_embedding",
        };
        return root.At($"conditioners.{condition}.{model}");
    }

    /// <summary>
    /// Reads keys that are at top level in newer files and under <c>lyric_processor</c> in older ones.
    /// </summary>
    private static ConfigValue? Processor(ConfigValue root, string key) =>
        root.At(key) ?? root.At($"lyric_processor.{key}");

    private static IReadOnlyList<string>? Tags(ConfigValue? lyrics, Func<IReadOnlyList<string>?>? replace)
    {
        try
        {
            return lyrics?.At("add_token_list")?.Items.Select(Tag).ToArray();
        }
        catch (InvalidDataException e) when (e.InnerException is FileNotFoundException)
        {
            IReadOnlyList<string>? tags = replace?.Invoke();
            if (tags is null)
                throw;
            return tags;
        }
    }

    private static string Tag(ConfigValue value) => value.Text.Length > 0 ? value.Text : throw value.Error("is empty");

    private static string Condition(ConfigValue value) => ConditionNames.All.Contains(value.Text)
        ? value.Text
        : throw value.Error($"is '{value.Text}', not one of {string.Join(", ", ConditionNames.All)}");

    /// <summary>
    /// Reads the entries in file order, because each consumes one random number; the group <c>args</c> drops nothing
    /// but consumes one, too.
    /// </summary>
    private static List<AttributeDropout> Dropouts(ConfigValue groups) =>
    [
        .. from @group in groups.Keys
           from key in groups.At(@group)?.Keys ?? []
           select @group == "args"
               ? new AttributeDropout(null, 0)
               : new AttributeDropout(key, groups.Required($"{@group}.{key}").Number),
    ];

    private static int Positive(ConfigValue parent, string key, int most) => Within(parent.Required(key), 1, most);

    private static int Positive(ConfigValue? parent, string key, int most, int absent) =>
        parent?.At(key) is { } value ? Within(value, 1, most) : absent;

    private static int Columns(ConfigValue root, string key) =>
        root.At($"codebooks_pattern.delay.{key}") is { } value ? Within(value, 0, MostLength) : 0;

    private static int Within(ConfigValue value, int least, int most) => value.Integer < least
        ? throw value.Error($"is {value.Text}, below {least}")
        : value.Integer <= most ? value.Integer : throw value.Error($"is {value.Text}, above {most}");

    private static float Base(ConfigValue lm, string key, float absent) =>
        lm.At(key) is not { } value ? absent
        : (float)value.Number is > 0 and < float.PositiveInfinity ? (float)value.Number
        : throw value.Error($"is {value.Text}, not a rotary base");

    private static double Duration(ConfigValue root, double absent) =>
        Processor(root, "max_dur") is not { } value ? absent
        : value.Number is > 0 and <= MostSeconds ? value.Number
        : throw value.Error($"is {value.Text}, not between 0 and {MostSeconds} seconds");

    private static void Check(ConfigValue root, LeLmConfig config)
    {
        if (config.Width % config.Heads != 0 || config.HeadWidth % 2 != 0)
            throw root.Required("lm.num_heads").Error($"is {config.Heads}, which does not divide dim into even widths");
        ConfigValue delays = root.Required("codebooks_pattern.delay.delays");
        if (config.Delays.Count != config.Codebooks)
            throw delays.Error($"has {config.Delays.Count} numbers, not {config.Codebooks}");
        if (config.PrefixOrder.Distinct().Count() != config.PrefixOrder.Count)
            throw root.Required("fuser.prepend").Error("contains a condition twice");
        if (root.At("fuser.sum") is { } sum && sum.Items.Any())
            throw sum.Error("is not empty; adding conditions element-wise is not supported");
        if (config.PromptLength > MostLength)
            throw root.Error($"has a prompt of {config.PromptLength} positions");
    }
}
