using System.Globalization;
using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Samples.Shared;

namespace LeVo.Samples.Compose;

/// <summary>The command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        Makes songs from lyrics and descriptions.

        Compose --lyrics TEXT [--description TEXT] [options]
        Compose --type bgm --description TEXT [options]
        Compose --input FILE [options]
        Compose --tokens FILE [options]

          --lyrics TEXT       one song's words, for example "[verse] Morning light.Coffee and rain ; [chorus] Sing it"
          --lyrics-file FILE  the same from a file, - for standard input
          --lyrics-format F   auto (default) reads numbered and capital tags, markup, LRC and more, and says what it did;
                              strict reads the model's own form
          --no-backing-vocals drops words in parentheses (auto format)
          --description TEXT  tags separated by commas, for example "female, pop, piano, slow"
          --input FILE        many songs, a JSON object a line with idx, gt_lyric and descriptions, and if you like seed,
                              duration and type; - for standard input
          --tokens FILE       makes the sound of saved tokens (tokens/ in the output folder) again
          --continue FILE     begins with saved tokens and goes on with the lyrics
          --keep SECONDS      how much of them is kept (default: all)
          --takes N           makes each song N times, with seeds from --seed upwards
          --parallel N        computes N songs together, with --backend cpu (default: 1)
          --model DIR         the model folder (default: models/levo-demo here or in a folder above)
          --output DIR        receives audios/ and jsonl/ (default: output)
          --type TYPE         mixed (default), vocal, bgm, or separate: the mix and both stems
          --format FORMAT     flac (default) or wav
          --duration SECONDS  the longest that a song may be (default: what the model can do)
          --seed N            equal seeds give equal songs (default: 0)
          --device DEVICE     cpu (default) or cuda
          --backend BACKEND   what computes the tokens: torch (default), or cpu, which is faster on processors
          --precision TYPE    of the language model's weights: float32 (default), bfloat16 or float16 with torch,
                              int8 (default) or int4 with cpu
          --threads N         threads of the CPU (default: one for small models, otherwise all)
          --temperature X --top-k N --top-p X --guidance X
                              how tokens are drawn (default: the model's own settings)
          --decoder-steps N --decoder-guidance X
                              how tokens become sound (default: the model's own settings)
          --progress FORMAT   text (default), or json: an object a line on standard error
          --strict            unusual lyrics and descriptions are errors, and one wrong song stops all
          --lenient           names of songs that no file system takes are replaced
          --help              this text

        audios/ receives the songs, and beside each a JSON file that records how it was made; jsonl/ receives the records
        of the songs with their paths; tokens/ receives the tokens. Of a file with wrong songs the others are made.
        Exit codes: 0 all made, 1 failed, 2 wrong input and nothing made, 3 some songs not made, 130 interrupted.
        A run that ends early keeps its progress in unfinished/; the same command resumes it.
        """;

    private static readonly string[] Options =
    [
        "--lyrics", "--lyrics-file", "--lyrics-format", "--tokens", "--continue", "--keep", "--takes", "--parallel",
        "--temperature", "--top-k", "--top-p", "--guidance", "--decoder-steps", "--decoder-guidance", "--progress",
        "--description", "--input", "--model", "--output", "--type", "--format", "--duration", "--seed",
        "--device", "--backend", "--precision", "--threads",
    ];

    /// <summary>A file of songs, or null.</summary>
    public string? Input { get; private init; }

    /// <summary>One song's lyrics; null where there is a file, or nothing is sung.</summary>
    public string? Lyrics { get; private init; }

    /// <summary>One song's description, or null.</summary>
    public string? Description { get; private init; }

    /// <summary>The model folder; null means the demo.</summary>
    public string? Model { get; private init; }

    /// <summary>The folder that receives everything.</summary>
    public string Output { get; private init; } = "output";

    public SongType Type { get; private init; }

    public AudioFormat Format { get; private init; }

    /// <summary>The longest that a song may be; null means the model's limit.</summary>
    public TimeSpan? Duration { get; private init; }

    public ulong Seed { get; private init; }

    public Device Device { get; private init; }

    public ModelBackend Backend { get; private init; }

    /// <summary>Type of the language model's weights; null means the backend's own.</summary>
    public ModelPrecision? Precision { get; private init; }

    /// <summary>Threads of the CPU, or null.</summary>
    public int? Threads { get; private init; }

    /// <summary>Whether unusual lyrics and descriptions are errors.</summary>
    public bool Strict { get; private init; }

    /// <summary>Whether names that are no safe file names are replaced.</summary>
    public bool Lenient { get; private init; }

    /// <summary>A file of the lyrics, or null.</summary>
    public string? LyricsFile { get; private init; }

    /// <summary>The forms of lyrics that are read.</summary>
    public LyricsDialect Dialect { get; private init; } = LyricsDialect.Auto;

    /// <summary>A file of tokens to decode, or null.</summary>
    public string? Tokens { get; private init; }

    /// <summary>A file of tokens to go on from, or null.</summary>
    public string? Continue { get; private init; }

    /// <summary>How much of them is kept; null means all.</summary>
    public TimeSpan? Keep { get; private init; }

    /// <summary>Songs of each record.</summary>
    public int Takes { get; private init; } = 1;

    /// <summary>Songs that are computed together.</summary>
    public int Parallel { get; private init; } = 1;

    /// <summary>How tokens are drawn; null means the model's settings.</summary>
    public GenerationOptions? Sampling { get; private init; }

    /// <summary>Solver steps of the decoder, or null.</summary>
    public int? DecoderSteps { get; private init; }

    /// <summary>Guidance of the decoder, or null.</summary>
    public double? DecoderGuidance { get; private init; }

    /// <summary>How progress is written.</summary>
    public ProgressFormat Progress { get; private init; }

    /// <summary>Whether only the usage is asked for.</summary>
    public bool Help { get; private init; }

    /// <summary>Reads the arguments; what is wrong with them goes to <paramref name="problems"/>, all of it.</summary>
    public static Arguments Parse(IReadOnlyList<string> args, ICollection<string> problems)
    {
        var line = new ProgramArguments(args, Options, ["--strict", "--lenient", "--no-backing-vocals"], problems);
        var arguments = new Arguments
        {
            Input = line.Text("--input"),
            Lyrics = line.Text("--lyrics"),
            Description = line.Text("--description"),
            Model = line.Text("--model"),
            Output = line.Text("--output") ?? "output",
            Type = line.Choice<SongType>("--type"),
            Format = line.Text("--format") is "mp3" or "m4a" or "ogg" ? default : line.Choice<AudioFormat>("--format"),
            Duration = Seconds("--duration"),
            Seed = line.Number("--seed", 0, ulong.MaxValue) ?? 0,
            Device = line.Choice<Device>("--device"),
            Backend = line.Choice<ModelBackend>("--backend"),
            Precision = line.Has("--precision") ? line.Choice<ModelPrecision>("--precision") : null,
            Threads = (int?)line.Number("--threads", 1, 1024),
            Strict = line.Has("--strict"),
            Lenient = line.Has("--lenient"),
            LyricsFile = line.Text("--lyrics-file"),
            Dialect = line.Choice<LyricsFormat>("--lyrics-format") == LyricsFormat.Strict ? LyricsDialect.Strict
                : LyricsDialect.Auto with { BackingVocals = !line.Has("--no-backing-vocals") },
            Tokens = line.Text("--tokens"),
            Continue = line.Text("--continue"),
            Keep = Seconds("--keep"),
            Takes = (int?)line.Number("--takes", 1, 1000) ?? 1,
            Parallel = (int?)line.Number("--parallel", 1, 64) ?? 1,
            Sampling = SamplingOf(),
            DecoderSteps = (int?)line.Number("--decoder-steps", 1, 10000),
            DecoderGuidance = Real("--decoder-guidance"),
            Progress = line.Choice<ProgressFormat>("--progress"),
            Help = line.Has(ProgramArguments.Help),
        };
        bool quantized = arguments.Precision is ModelPrecision.Int8 or ModelPrecision.Int4;
        if (arguments.Precision is { } precision && quantized != (arguments.Backend == ModelBackend.Cpu))
        {
            problems.Add($"--precision {Name(precision)} needs --backend "
                + $"{Name(quantized ? ModelBackend.Cpu : ModelBackend.Torch)}.");
        }
        if (arguments is { Backend: ModelBackend.Cpu, Device: Device.Cuda })
            problems.Add("--backend cpu and --device cuda exclude each other.");
        string[] sources = ["--input", "--lyrics", "--lyrics-file", "--tokens"];
        string[] given = [.. sources.Where(line.Has)];
        if (given.Length > 1)
            problems.Add($"{string.Join(" and ", given)} exclude each other.");
        if (line.Text("--format") is "mp3" or "m4a" or "ogg" and var lossy)
        {
            problems.Add($"--format {lossy}: songs are written as flac or wav; convert them with "
                + $"'ffmpeg -i song.flac {(lossy == "mp3" ? "-q:a 2 " : "")}song.{lossy}'.");
        }
        if (arguments is { Continue: not null, Input: not null } or { Continue: not null, Tokens: not null })
            problems.Add("--continue goes on with the song of --lyrics or --lyrics-file.");
        if (arguments is { Keep: not null, Continue: null })
            problems.Add("--keep needs --continue.");
        if (arguments is { Parallel: > 1, Backend: not ModelBackend.Cpu })
            problems.Add("--parallel needs --backend cpu; with torch songs are made one after the other.");
        if (arguments is { Lyrics: { Length: > 0 and < 1000 } path, Help: false } && !path.Contains('[', StringComparison.Ordinal)
            && File.Exists(path))
            problems.Add($"--lyrics takes the words; to read the file '{path}', write --lyrics-file.");
        if (arguments is { Input: not null, Description: not null })
            problems.Add("--description is for one song; in a file every song has its own.");
        if (arguments is { Input: null, Lyrics: null, LyricsFile: null, Tokens: null, Help: false } && arguments.Type != SongType.Bgm)
            problems.Add("Nothing to sing: give --lyrics or --input.");
        foreach (string option in Options.Where(option => line.Text(option) == ""))
        {
            if (option is not ("--lyrics" or "--description")) // empty lyrics are checked later
                problems.Add($"{option} is empty.");
        }
        return arguments;

        double? Real(string option)
        {
            if (line.Text(option) is not { Length: > 0 } text)
                return null;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
                return number;
            problems.Add($"{option} takes a number, not '{text}'.");
            return null;
        }

        GenerationOptions? SamplingOf()
        {
            var options = new GenerationOptions
            {
                Temperature = Real("--temperature"),
                TopK = (int?)line.Number("--top-k", 1, int.MaxValue),
                TopP = Real("--top-p"),
                Guidance = Real("--guidance"),
            };
            return options == new GenerationOptions() ? null : options;
        }

        TimeSpan? Seconds(string option)
        {
            if (line.Text(option) is not { Length: > 0 } text)
                return null;
            const double Most = 24 * 60 * 60;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
                && seconds is > 0 and <= Most)
                return TimeSpan.FromSeconds(seconds);
            problems.Add($"{option} takes seconds, for example 12.5, not '{text}'.");
            return null;
        }
    }

    /// <summary>An enum value as it is written on the command line.</summary>
    public static string Name<T>(T value) where T : struct, Enum => ProgramArguments.Name(value);
}

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

/// <summary>How sound is stored.</summary>
internal enum AudioFormat
{
    Flac,
    Wav,
}

/// <summary>Where the model computes.</summary>
internal enum Device
{
    Cpu,
    Cuda,
}
