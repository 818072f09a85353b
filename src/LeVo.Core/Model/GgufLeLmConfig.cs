using System.Globalization;
using LeVo.Core.Checkpoints;

namespace LeVo.Core.Model;

/// <summary>
/// Reads the sizes and constants of LeLM from the metadata of a GGUF file, and the rows of its tables from their shapes.
/// What the file does not say is as in the released v2-medium model.
/// </summary>
internal sealed class GgufLeLmConfig(GgufHeader header, LevoSection levo)
{
    private const int MostSize = 1 << 24, MostLength = 1 << 16;
    private const string Prefix = GgufNames.LanguageModel + ".";
    private const float ExpectedEpsilon = 1e-5f;
    private readonly LeLmConfig absent = new();
    private readonly List<string> problems = [];

    /// <exception cref="InvalidDataException">Values are missing, invalid or not supported; the message lists
    /// them.</exception>
    public LeLmConfig Read()
    {
        int codes = Number("codebook.size"), frameRate = Number("audio.frame_rate", absent.FrameRate);
        int prompt = Number("condition.prompt_prefix_length", absent.PromptLength);
        var config = new LeLmConfig
        {
            Width = Number("embedding_length"),
            FeedForwardWidth = Number("feed_forward_length"),
            Heads = Number("attention.head_count"),
            MixedLayers = Number("main.block_count"),
            TrackLayers = Number("detail.block_count"),
            Codebooks = Number("codebook.count", absent.Codebooks),
            CodeSize = codes,
            MixedRopeTheta = Real("main.rope_theta", absent.MixedRopeTheta),
            TrackRopeTheta = Real("detail.rope_theta", absent.TrackRopeTheta),
            Delays = header.ReadIntegers(Prefix + "pattern.delays") ?? [.. absent.Delays],
            FrameRate = frameRate,
            LyricsLength = Number("condition.lyrics_prefix_length", absent.LyricsLength),
            DescriptionLength = Number("condition.style_prefix_length", absent.DescriptionLength),
            PromptLength = prompt,
            PromptSeconds = Math.Max(1, (prompt - 2) / frameRate),
            PromptCodeSize = Rows("prompt_embd.mixed", codes + 2) - 2,
            LyricsVocabulary = Rows("lyrics", absent.LyricsVocabulary),
            StructureRows = Rows("structure", absent.StructureRows),
            DescriptionVocabulary = Rows("style", absent.DescriptionVocabulary),
            TextPadId = levo.Text.PadId,
            StructureBase = levo.Text.StructureBase,
            PromptNullId = levo.Prompt.NullId,
            PromptRealBelow = levo.Prompt.RealBelow,
        };
        config = config with { MaxSeconds = LongestSong(config) };
        Check(config);
        return problems.Count == 0
            ? config
            : throw new InvalidDataException($"'{header.Path}' has unsupported metadata: {string.Join("; ", problems)}.");
    }

    private void Check(LeLmConfig config)
    {
        Require("schema_version", 1);
        Require("attention.kv_head_count", config.Heads);
        Require("token.eos_id", config.EosId);
        Require("token.special_id", config.SpecialId);
        float epsilon = Real("rms_norm_epsilon", ExpectedEpsilon);
        if (Math.Abs(epsilon - ExpectedEpsilon) > ExpectedEpsilon / 100)
            problems.Add(FormattableString.Invariant($"{Prefix}rms_norm_epsilon is {epsilon}, not {ExpectedEpsilon}"));
        if (config.Width % config.Heads != 0 || config.HeadWidth % 2 != 0)
            problems.Add($"{Prefix}attention.head_count {config.Heads} does not divide {config.Width} into even widths");
        if (config.Delays.Count != config.Codebooks || config.Delays.Any(delay => delay is < 0 or > MostLength))
            problems.Add($"{Prefix}pattern.delays is [{string.Join(", ", config.Delays)}], not {config.Codebooks} delays");
        if (config.PrefixLength > MostLength)
            problems.Add($"{Prefix}condition: the prefixes have {config.PrefixLength} positions");
    }

    /// <summary>The longest song that the trained positions have room for, but not longer than a release's.</summary>
    private double LongestSong(LeLmConfig config)
    {
        int positions = Number("context_length", int.MaxValue, int.MaxValue);
        double room = positions - (double)config.PrefixLength - config.Delays.DefaultIfEmpty(0).Max() - 1;
        return Math.Max(1, Math.Min(absent.MaxSeconds, Math.Floor(room / config.FrameRate)));
    }

    private void Require(string key, int expected)
    {
        int found = Number(key, expected);
        if (found != expected)
            problems.Add($"{Prefix}{key} is {found}, not {expected}");
    }

    private int Rows(string table, int otherwise) =>
        header.Tensors.GetValueOrDefault($"cond.{table}.weight") is { Shape: [> 0 and <= MostSize and var rows, _] }
            ? (int)rows
            : otherwise;

    private int Number(string key, int? otherwise = null, int most = MostSize)
    {
        if (!header.Values.TryGetValue(Prefix + key, out string? text))
        {
            if (otherwise is null)
                problems.Add($"{Prefix}{key} is missing");
            return otherwise ?? 1;
        }
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 && number <= most)
            return number;
        problems.Add($"{Prefix}{key} is {text}, not a whole number from 1 to {most}");
        return otherwise ?? 1;
    }

    private float Real(string key, float otherwise)
    {
        if (!header.Values.TryGetValue(Prefix + key, out string? text))
            return otherwise;
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
            && number is > 0 and < float.PositiveInfinity)
            return number;
        problems.Add($"{Prefix}{key} is {text}, not a positive number");
        return otherwise;
    }
}
