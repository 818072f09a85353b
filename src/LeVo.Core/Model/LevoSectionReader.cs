using LeVo.Core.Configuration;
using LeVo.Core.Text;

namespace LeVo.Core.Model;

/// <summary>
/// Reads the section <c>levo:</c>. Unknown keys are errors, because the section is specific to this library.
/// </summary>
internal static class LevoSectionReader
{
    private const int MostSteps = 10_000, MostSeconds = 3600;

    /// <exception cref="InvalidDataException">A key is unknown or a value is invalid; the message contains the
    /// line.</exception>
    public static LevoSection Read(ConfigValue root)
    {
        if (Part(root, "levo", "text", "prompt", "codec", "sampling") is not { } levo)
            return new();
        return new() { Text = Text(levo), Prompt = Prompt(levo), Codec = Codec(levo), Sampling = Sampling(levo) };
    }

    private static LevoText Text(ConfigValue levo)
    {
        var defaults = new LevoText();
        return Part(levo, "text", "rules", "pad_id", "structure_base") is not { } text ? defaults : new(
            text.At("rules") is { } rules ? Rules(rules) : null,
            Integer(text, "pad_id", 0, defaults.PadId), Integer(text, "structure_base", 0, defaults.StructureBase));
    }

    private static TextRules Rules(ConfigValue rules) => rules.Text switch
    {
        "v1" => TextRules.V1,
        "v2" => TextRules.V2,
        _ => throw rules.Error($"is '{rules.Text}', not v1 or v2"),
    };

    private static LevoPrompt Prompt(ConfigValue levo)
    {
        var defaults = new LevoPrompt();
        return Part(levo, "prompt", "null_id", "real_below") is not { } prompt ? defaults : new(
            Integer(prompt, "null_id", 0, defaults.NullId), Integer(prompt, "real_below", 0, defaults.RealBelow));
    }

    private static LevoCodec Codec(ConfigValue levo)
    {
        var defaults = new LevoCodec();
        if (Part(levo, "codec", "taps", "estimator_heads", "segment_seconds", "window_seconds", "steps", "guidance",
            "silent_codes") is not { } codec)
            return defaults;
        ConfigValue? taps = Part(codec, "taps", "mixed", "vocal", "accompaniment");
        ConfigValue? heads = Part(codec, "estimator_heads", "mixed", "dual");
        ConfigValue? silent = Part(codec, "silent_codes", "vocal", "accompaniment");
        return new()
        {
            MixedTap = Integer(taps, "mixed", 0, defaults.MixedTap),
            VocalTap = Integer(taps, "vocal", 0, defaults.VocalTap),
            AccompanimentTap = Integer(taps, "accompaniment", 0, defaults.AccompanimentTap),
            MixedHeads = Integer(heads, "mixed", 1, defaults.MixedHeads),
            DualHeads = Integer(heads, "dual", 1, defaults.DualHeads),
            SegmentSeconds = Positive(codec, "segment_seconds", defaults.SegmentSeconds),
            WindowSeconds = Positive(codec, "window_seconds", defaults.WindowSeconds),
            Steps = Integer(codec, "steps", 1, defaults.Steps, MostSteps),
            Guidance = codec.At("guidance")?.Number ?? defaults.Guidance,
            SilentVocalCode = Integer(silent, "vocal", 0, defaults.SilentVocalCode),
            SilentAccompanimentCode = Integer(silent, "accompaniment", 0, defaults.SilentAccompanimentCode),
        };
    }

    private static LevoSampling Sampling(ConfigValue levo)
    {
        var defaults = new LevoSampling();
        return Part(levo, "sampling", "temperature", "top_k", "cfg", "window") is not { } sampling ? defaults : new(
            sampling.At("temperature")?.Number ?? defaults.Temperature, Integer(sampling, "top_k", 0, defaults.TopK),
            sampling.At("cfg")?.Number ?? defaults.Cfg, Integer(sampling, "window", 0, defaults.Window));
    }

    private static ConfigValue? Part(ConfigValue outer, string key, params ReadOnlySpan<string> keys)
    {
        ConfigValue? part = outer.At(key);
        part?.AllowOnly(keys);
        return part;
    }

    private static int Integer(ConfigValue? part, string key, int least, int absent, int most = int.MaxValue) =>
        part?.At(key) is not { } value ? absent
        : value.Integer < least ? throw value.Error($"is {value.Text}, below {least}")
        : value.Integer > most ? throw value.Error($"is {value.Text}, above {most}")
        : value.Integer;

    private static double Positive(ConfigValue part, string key, double absent) =>
        part.At(key) is not { } value ? absent
        : value.Number is > 0 and <= MostSeconds ? value.Number
        : throw value.Error($"is {value.Text}, not above 0 and at most {MostSeconds}");
}
