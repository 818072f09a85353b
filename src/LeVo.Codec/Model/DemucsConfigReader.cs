using System.Globalization;
using LeVo.Core.Checkpoints;

namespace LeVo.Codec.Model;

/// <summary>
/// Reads the settings of a stem separator from the file that upstream distributes, <c>klass</c>, <c>kwargs</c> and <c>state</c>,
/// and collects everything that is wrong with them or not supported. Settings that it doesn't know are ignored.
/// </summary>
internal sealed class DemucsConfigReader
{
    private const int MostSize = 1 << 14, MostSources = 32, MostLayers = 64, MostSegmentSamples = 1 << 21;
    private const string Class = "HTDemucs";

    // What a setting must be, and what it is in upstream's code when a file does not have it.
    private static readonly (string Name, object? Needed, object? Absent)[] Fixed =
    [
        ("audio_channels", 2L, 2L), ("channels_time", null, null), ("growth", 2L, 2L), ("depth", 4L, 4L), ("cac", true, true),
        ("kernel_size", 8L, 8L), ("stride", 4L, 4L), (DemucsTensors.RewriteName, true, true), ("context", 1L, 1L),
        ("context_enc", 0L, 0L), ("norm_starts", 4L, 4L), (DemucsTensors.FrequencyEmbeddingName, 0.2, 0.2),
        ("emb_scale", 10L, 10L), ("dconv_mode", 3L, 1L), ("dconv_depth", 2L, 2L), ("t_emb", "sin", "sin"),
        ("t_max_period", 10_000L, 10_000L), ("t_weight_pos_embed", 1L, 1L), ("t_sin_random_shift", 0L, 0L),
        ("t_norm_in", true, true), ("t_norm_first", true, true), ("t_norm_out", true, true), ("t_layer_scale", true, true),
        ("t_gelu", true, true), ("t_norm_in_group", false, false), ("t_group_norm", false, false),
        ("t_cross_first", false, false), ("t_sparse_self_attn", false, false), ("t_sparse_cross_attn", false, false),
        ("t_auto_sparsity", false, false), ("use_train_segment", true, true),
    ];

    private readonly PickleDict settings;
    private readonly List<string> problems;

    private DemucsConfigReader(PickleDict settings, List<string> problems) => (this.settings, this.problems) = (settings, problems);

    /// <summary>The settings that a pickled file has.</summary>
    /// <param name="content">The pickled value, or null for a file without one.</param>
    /// <param name="problems">Gets what is wrong or not supported.</param>
    /// <returns>Null for a file of tensors alone, whose sizes are those of the release.</returns>
    public static DemucsConfig? Read(object? content, List<string> problems)
    {
        if (content is not PickleDict file)
            return null;
        if (file["klass"] is PickleGlobal { Name: not Class } foreign)
        {
            problems.Add($"it is a {foreign.Name}, and only {Class} is supported");
            return null;
        }
        if (file["models"] is not null)
            problems.Add("it is a list of models (a bag), and only a single model is supported");
        if (file["state"] is PickleDict state && state.Exists(pair => pair.Key is "__quantized"))
            problems.Add("its weights are quantized (a model whose name ends with _q), which is not supported");
        return file["kwargs"] is PickleDict settings && file["state"] is PickleDict && problems.Count == 0
            ? new DemucsConfigReader(settings, problems).Read()
            : null;
    }

    /// <summary>Everything that is wrong with sizes, whose products don't overflow afterwards.</summary>
    public static IEnumerable<string> Problems(DemucsConfig config)
    {
        foreach ((string name, double value, double most) in ((string, double, double)[])
            [
                ("channels", config.Channels, 1024), ("samplerate", config.SampleRate, 384_000), ("nfft", config.FrameLength, 1 << 16),
                ("dconv_comp", config.Compression, config.Channels), ("t_heads", config.Heads, MostLayers),
                ("t_hidden_scale", config.HiddenScale, 64),
            ])
        {
            if (!(value > 0 && value <= most))
                yield return string.Create(CultureInfo.InvariantCulture, $"'{name}' is {value}, not within 1 and {most}");
        }
        if (config.Layers is < 0 or > MostLayers)
            yield return $"'t_layers' is {config.Layers}, not within 0 and {MostLayers}";
        if (config.BottomChannels is < 0 or > MostSize)
            yield return $"'bottom_channels' is {config.BottomChannels}, not within 0 and {MostSize}";
        if (config.FrameLength <= 1024 || config.FrameLength % 512 != 0)
            yield return $"'nfft' is {config.FrameLength}, not a multiple of 512 above 1024";
        if (config.Sources.Count is 0 or > MostSources || config.VocalIndex < 0)
            yield return $"'sources' has no {string.Join(" or ", DemucsConfig.VocalNames)}: {string.Join(", ", config.Sources.Take(MostSources))}";
        if (config.Width % 4 != 0 || (config.Heads > 0 && config.Width % config.Heads != 0))
            yield return $"the transformer's width {config.Width} is not a multiple of 4 and of its {config.Heads} heads";
        if (config.Segment.Denominator < 1 || config.Segment.Numerator < 0
            || config.Segment.Times(config.SampleRate) is var samples && (samples < config.Hop || samples > MostSegmentSamples))
        {
            yield return $"'segment' is {config.Segment.Numerator}/{config.Segment.Denominator} s, not {config.Hop} to "
                + $"{MostSegmentSamples} samples";
        }
    }

    private DemucsConfig Read()
    {
        foreach ((string name, object? needed, object? absent) in Fixed)
        {
            object? value = Has(name) ? settings[name] : absent;
            if (!Same(value, needed))
                problems.Add($"'{name}' is {Text(value)}, and only {Text(needed)} is supported");
        }
        if (settings["multi_freqs"] is List<object?> { Count: > 0 } or object?[] { Length: > 0 })
            problems.Add("'multi_freqs' is not empty, which is not supported");
        var config = new DemucsConfig
        {
            Sources = Sources(),
            SampleRate = Integer("samplerate", 44_100),
            Segment = Segment(),
            Channels = Integer("channels", 48),
            FrameLength = Integer("nfft", 4096),
            Compression = Integer("dconv_comp", 8),
            BottomChannels = Integer("bottom_channels", 0),
            Layers = Integer("t_layers", 5),
            Heads = Integer("t_heads", 8),
            HiddenScale = Number(settings["t_hidden_scale"]) ?? 4,
        };
        problems.AddRange(Problems(config));
        return config;
    }

    private string[] Sources() => settings["sources"] is IReadOnlyList<object?> list
        ? [.. list.Take(MostSources + 1).Select(item => item as string ?? Text(item))]
        : [];

    /// <summary>A number, or a fraction of one text or two integers, which newer files have.</summary>
    private Fraction Segment()
    {
        switch (settings["segment"])
        {
            case long whole:
                return new(whole, 1);
            case double number when Math.Abs(number) <= MostSize:
                return new((long)Math.Round(number * 1e9), 1_000_000_000);
            case PickleObject { Callable: PickleGlobal { Name: nameof(Fraction) }, Arguments: [long top, long bottom] }:
                return new(top, bottom);
            case PickleObject { Callable: PickleGlobal { Name: nameof(Fraction) }, Arguments: [string text] }
                when text.Split('/') is [var top, .. var rest] && rest.Length <= 1 && Whole(top) is { } numerator
                && Whole(rest.Length == 0 ? "1" : rest[0]) is { } denominator:
                return new(numerator, denominator);
            default:
                problems.Add($"'segment' is {Text(settings["segment"])}, not a number of seconds");
                return new(39, 5);
        }

        static long? Whole(string text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value)
            ? value
            : null;
    }

    private int Integer(string name, int absent)
    {
        if (!Has(name))
            return absent;
        if (Number(settings[name]) is { } number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue)
            return (int)number;
        problems.Add($"'{name}' is {Text(settings[name])}, not an integer");
        return absent;
    }

    private bool Has(string name) => settings.Exists(pair => pair.Key is string key && key == name);

    private static bool Same(object? value, object? needed) => Number(value) is { } number && Number(needed) is { } wanted
        ? number == wanted
        : Equals(value, needed);

    // Python's booleans are numbers.
    private static double? Number(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        double number => number,
        _ => null,
    };

    private static string Text(object? value) => value switch
    {
        null => "None",
        string text => $"'{(text.Length > 40 ? text[..40] : text)}'",
        long or double or bool => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        PickleObject { Callable: var callable } => $"a {callable}",
        _ => "another object",
    };
}
