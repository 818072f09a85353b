using System.Globalization;
using LeVo.Core;
using LeVo.Samples.Shared;

namespace LeVo.Samples.Compose;

/// <summary>The command line.</summary>
internal sealed record Arguments
{
    public const string Usage = $"""
        Makes songs from lyrics and descriptions.

        Compose --lyrics TEXT [--description TEXT] [options]
        Compose --type bgm --description TEXT [options]
        Compose --input FILE [options]
        Compose --tokens FILE [options]

          --lyrics TEXT       one song's words, for example "[verse] Morning light.Coffee and rain ; [chorus] Sing it"
          --lyrics-file FILE  the same from a file, or from standard input (-)
          --description TEXT  tags separated by commas, for example "female, pop, piano, slow"
          --input FILE        many songs, a JSON object a line with idx, gt_lyric and descriptions, and, where songs differ,
                              seed, duration and type; - for standard input
          --tokens FILE       makes the sound of saved tokens again; --lyrics is not needed
          --model PATH        the model folder, or the GGUF file of one of several language models
                              (default: models/levo-demo here or in a folder above)
          --output DIR        receives audios/ and jsonl/ (default: output)
          --type TYPE         mixed (default), vocal, bgm, or separate: the mix and both stems
          --format FORMAT     flac (default) or wav
          --duration SECONDS  the longest that a song may be (default: what the model can do)
          --seed N            equal seeds give equal songs (default: 0)
          --device DEVICE     cpu (default) or cuda
          --backend BACKEND   what computes the tokens: cpu (default with --device cpu), with quantised weights, or torch
          --precision TYPE    of the language model's weights: int8 (default) or int4 with cpu; float32, bfloat16
                              or float16 with torch (default: float16 with --device cuda, otherwise float32)
        {ModelSetup.Usage}
        {SongSetup.Usage}
        {PromptSetup.Usage}
          --threads N         threads of the CPU (default: one for small models, otherwise all)
          --strict            unusual lyrics and descriptions are errors, and one wrong song stops all
          --help              this text

        audios/ receives the songs, and beside each a JSON file that records how it was made; jsonl/ receives the records
        of the songs with their paths; tokens/ receives the tokens. Wrong songs of a file are told, and the others are made.
        Exit codes: 0 all made, 1 failed, 2 wrong input and nothing made, 3 some songs not made, 130 interrupted.
        A run that ends early keeps its progress in unfinished/; the same command resumes it.
        """;

    private static readonly string[] Options =
    [
        "--lyrics", "--description", "--input", "--model", "--output", "--type", "--format", "--duration", "--seed",
        "--device", "--backend", "--precision", "--threads", .. ModelSetup.Options,
        .. SongSetup.Options, .. PromptSetup.Options,
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

    /// <summary>How the model is found and loaded.</summary>
    public ModelSetup Setup { get; private init; } = new();

    /// <summary>How songs are read, drawn and told of.</summary>
    public SongSetup Songs { get; private init; } = new();

    /// <summary>Where audio prompts come from.</summary>
    public PromptSetup Prompts { get; private init; } = new();

    /// <summary>Threads of the CPU, or null.</summary>
    public int? Threads { get; private init; }

    /// <summary>Whether unusual lyrics and descriptions are errors.</summary>
    public bool Strict { get; private init; }

    /// <summary>Whether only the usage is asked for.</summary>
    public bool Help { get; private init; }

    /// <summary>Reads the arguments; what is wrong with them goes to <paramref name="problems"/>, all of it.</summary>
    public static Arguments Parse(IReadOnlyList<string> args, ICollection<string> problems)
    {
        var line = new ProgramArguments(args, Options, ["--strict", .. ModelSetup.Flags, .. SongSetup.Flags, .. PromptSetup.Flags], problems);
        var arguments = new Arguments
        {
            Input = line.Text("--input"),
            Lyrics = line.Text("--lyrics"),
            Description = line.Text("--description"),
            Model = line.Text("--model"),
            Output = line.Text("--output") ?? "output",
            Type = line.Choice<SongType>("--type"),
            Format = FormatOf(line),
            Duration = Seconds("--duration"),
            Seed = line.Number("--seed", 0, ulong.MaxValue) ?? 0,
            Device = line.Choice<Device>("--device"),
            Setup = ModelSetup.Parse(line),
            Songs = SongSetup.Parse(line, Seconds("--keep")),
            Prompts = PromptSetup.Parse(line),
            Precision = line.Has("--precision") ? line.Choice<ModelPrecision>("--precision") : null,
            Threads = (int?)line.Number("--threads", 1, 1024),
            Strict = line.Has("--strict"),
            Help = line.Has(ProgramArguments.Help),
        };
        arguments = arguments with
        {
            Backend = ModelSetup.BackendOf(line.Has("--backend") ? line.Choice<ModelBackend>("--backend") : null,
                arguments.Precision, arguments.Device),
        };
        bool quantized = arguments.Precision is ModelPrecision.Int8 or ModelPrecision.Int4;
        if (arguments.Precision is { } precision && quantized != (arguments.Backend == ModelBackend.Cpu))
        {
            problems.Add($"--precision {Name(precision)} needs --backend "
                + $"{Name(quantized ? ModelBackend.Cpu : ModelBackend.Torch)}.");
        }
        if (arguments is { Backend: ModelBackend.Cpu, Device: Device.Cuda })
            problems.Add("--backend cpu and --device cuda exclude each other.");
        if (arguments.Setup.KvCache is { } cache
            && (arguments.Backend != ModelBackend.Cpu || cache is not (ModelPrecision.Float16 or ModelPrecision.Int8)))
        {
            problems.Add("--kv-cache is float16 or int8, with --backend cpu.");
        }
        if (arguments.Setup.CodecPrecision is ModelPrecision.Int8 or ModelPrecision.Int4
            || arguments is { Setup.CodecPrecision: ModelPrecision.Float16, Device: Device.Cpu })
        {
            problems.Add("--codec-precision is float32 or bfloat16, or float16 with --device cuda.");
        }
        arguments.Songs.Check(line, arguments);
        if (arguments is { Input: not null, Description: not null })
            problems.Add("--description is for one song; in a file every song has its own.");
        if (arguments is { Input: null, Lyrics: null, Songs: { LyricsFile: null, Tokens: null }, Help: false, Setup.Check: false }
            && arguments.Type != SongType.Bgm)
            problems.Add("Nothing to sing: give --lyrics or --input.");
        foreach (string option in Options.Where(option => line.Text(option) == ""))
        {
            if (option is not ("--lyrics" or "--description")) // empty lyrics are checked later
                problems.Add($"{option} is empty.");
        }
        return arguments;

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

    private static AudioFormat FormatOf(ProgramArguments line)
    {
        string? lossy = line.Text("--format");
        if (lossy is not ("mp3" or "m4a" or "ogg" or "opus"))
            return line.Choice<AudioFormat>("--format");
        line.Problems.Add($"--format {lossy}: songs are written as flac or wav; "
            + $"convert them with 'ffmpeg -i song.flac song.{lossy}'.");
        return default;
    }

    /// <summary>An enum value as it is written on the command line.</summary>
    public static string Name<T>(T value) where T : struct, Enum => ProgramArguments.Name(value);
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
