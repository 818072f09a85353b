using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Samples.Shared;

namespace LeVo.Samples.Compose;

/// <summary>The forms of lyrics.</summary>
internal enum LyricsFormat
{
    Auto,
    Strict,
}

/// <summary>How progress is written.</summary>
internal enum ProgressFormat
{
    Text,
    Json,
}

/// <summary>How songs are read, drawn and told of.</summary>
internal sealed record SongSetup
{
    public const string Usage = """
          --lyrics-format F   auto (default) reads numbered and capital tags, markup, LRC and more, and tells what it changed;
                              strict reads the model's own form alone
          --no-backing-vocals drops words in parentheses, where lyrics are converted
          --continue FILE     begins with saved tokens (tokens/ in the output folder) and goes on with the lyrics
          --keep SECONDS      how much of them is kept (default: all)
          --takes N           makes each song N times, with seeds from its own upwards
          --parallel N        computes N songs together with --backend cpu (default: 1)
          --temperature X --top-k N --top-p X --guidance X
                              how tokens are drawn (default: the model's own settings)
          --decoder-effort E  how tokens become sound: exact (default), balanced, or fast, with less than half and a third of the
                              computation (docs/performance.md)
          --decoder-steps N --decoder-guidance X
                              the same in numbers (default: the model's own settings)
          --progress FORMAT   text (default), or json: an object a line on standard error
          --lenient           names that no file system takes are replaced
        """;

    /// <summary>The options with a value.</summary>
    public static readonly string[] Options =
    [
        "--lyrics-file", "--lyrics-format", "--tokens", "--continue", "--keep", "--takes", "--parallel", "--temperature", "--top-k",
        "--top-p", "--guidance", "--decoder-effort", "--decoder-steps", "--decoder-guidance", "--progress",
    ];

    /// <summary>The options without a value.</summary>
    public static readonly string[] Flags = ["--lenient", "--no-backing-vocals"];

    /// <summary>A file of the lyrics, or null.</summary>
    public string? LyricsFile { get; private init; }

    /// <summary>The forms of lyrics that are read.</summary>
    public LyricsDialect Dialect { get; private init; } = LyricsDialect.Auto;

    /// <summary>Whether names that are no safe file names are replaced.</summary>
    public bool Lenient { get; private init; }

    /// <summary>A file of tokens to decode, or null.</summary>
    public string? Tokens { get; private init; }

    /// <summary>A file of tokens to go on from, or null.</summary>
    public string? Continue { get; private init; }

    /// <summary>How much of them is kept; null means all.</summary>
    public TimeSpan? Keep { get; private init; }

    /// <summary>Songs of each record.</summary>
    public int Takes { get; private init; } = 1;

    /// <summary>Songs that are computed together.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>How tokens are drawn; null means the model's settings.</summary>
    public GenerationOptions? Sampling { get; private init; }

    /// <summary>How much computation the decoder gets.</summary>
    public DecoderEffort DecoderEffort { get; private init; }

    /// <summary>Solver steps of the decoder, or null.</summary>
    public int? DecoderSteps { get; private init; }

    /// <summary>Guidance of the decoder, or null.</summary>
    public double? DecoderGuidance { get; private init; }

    /// <summary>How progress is written.</summary>
    public ProgressFormat Progress { get; init; }

    /// <summary>Reads the options.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="keep">The value of <c>--keep</c>.</param>
    public static SongSetup Parse(ProgramArguments line, TimeSpan? keep)
    {
        var sampling = new GenerationOptions
        {
            Temperature = line.Real("--temperature"),
            TopK = (int?)line.Number("--top-k", 1, int.MaxValue),
            TopP = line.Real("--top-p"),
            Guidance = line.Real("--guidance"),
        };
        return new()
        {
            LyricsFile = line.Text("--lyrics-file"),
            Dialect = line.Choice<LyricsFormat>("--lyrics-format") == LyricsFormat.Strict
                ? LyricsDialect.Strict
                : LyricsDialect.Auto with { BackingVocals = !line.Has("--no-backing-vocals") },
            Lenient = line.Has("--lenient"),
            Tokens = line.Text("--tokens"),
            Continue = line.Text("--continue"),
            Keep = keep,
            Takes = (int?)line.Number("--takes", 1, 1000) ?? 1,
            Parallel = (int?)line.Number("--parallel", 1, 64) ?? 1,
            Sampling = sampling == new GenerationOptions() ? null : sampling,
            DecoderEffort = line.Choice<DecoderEffort>("--decoder-effort"),
            DecoderSteps = (int?)line.Number("--decoder-steps", 1, 10000),
            DecoderGuidance = line.Real("--decoder-guidance"),
            Progress = line.Choice<ProgressFormat>("--progress"),
        };
    }

    /// <summary>Reports what contradicts itself.</summary>
    public void Check(ProgramArguments line, Arguments arguments)
    {
        string[] given = [.. new[] { "--input", "--lyrics", "--lyrics-file", "--tokens" }.Where(line.Has)];
        if (given.Length > 1)
            line.Problems.Add($"{string.Join(" and ", given)} exclude each other.");
        if (Continue is not null && (Tokens ?? arguments.Input) is not null)
            line.Problems.Add("--continue goes on with the song of --lyrics or --lyrics-file.");
        if (Keep is not null && Continue is null)
            line.Problems.Add("--keep needs --continue.");
        if (DecoderEffort != DecoderEffort.Exact && DecoderSteps is not null)
            line.Problems.Add("--decoder-effort and --decoder-steps exclude each other.");
        if (Takes > 1 && Tokens is not null)
            line.Problems.Add("--takes and --tokens exclude each other: the tokens are written already.");
        if (Parallel > 1 && arguments.Backend != ModelBackend.Cpu)
            line.Problems.Add("--parallel needs --backend cpu; with torch songs are made one after the other.");
        if (arguments.Lyrics is { Length: > 0 and < 1000 } path && !path.Contains('[', StringComparison.Ordinal)
            && File.Exists(path))
            line.Problems.Add($"--lyrics takes the words themselves; to read the file '{path}', write --lyrics-file.");
    }
}
