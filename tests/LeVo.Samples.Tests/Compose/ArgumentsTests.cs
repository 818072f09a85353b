using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Samples.Compose;

namespace LeVo.Samples.Tests.Compose;

public sealed class ArgumentsTests
{
    private const string NoSeed = "--seed lacks its value (write --seed=VALUE where it begins with two hyphens).";

    [Fact]
    public void LyricsAloneMakeASongWithTheDefaults()
    {
        Arguments arguments = Parse([], "--lyrics", "[verse] Hello");
        Assert.Equal("[verse] Hello", arguments.Lyrics);
        Assert.Equal((null, null, "output"), (arguments.Description, arguments.Model, arguments.Output));
        Assert.Equal((SongType.Mixed, AudioFormat.Flac, Device.Cpu),
            (arguments.Type, arguments.Format, arguments.Device));
        Assert.Equal((null, 0UL, false), (arguments.Duration, arguments.Seed, arguments.Strict));
    }

    [Fact]
    public void EveryOptionIsRead()
    {
        Arguments arguments = Parse([], "--input", "a.jsonl", "--model", "m", "--output=o=1", "--type", "separate",
            "--format", "wav", "--duration", "12.5", "--seed=18446744073709551615", "--device", "cuda", "--strict", "--threads", "3");
        Assert.Equal(3, arguments.Threads);
        Assert.Equal(("a.jsonl", "m", "o=1"), (arguments.Input, arguments.Model, arguments.Output));
        Assert.Equal((SongType.Separate, AudioFormat.Wav, Device.Cuda),
            (arguments.Type, arguments.Format, arguments.Device));
        Assert.Equal((TimeSpan.FromSeconds(12.5), ulong.MaxValue, true),
            (arguments.Duration, arguments.Seed, arguments.Strict));
    }

    [Fact]
    public void EverythingWrongIsListedAtOnce() => Parse(
        [
            "'--lyric' is no option; --help lists them.",
            "'stray' is no option; --help lists them.",
            "--seed is given twice.",
            "--type is one of mixed, vocal, bgm, separate, not 'stems'.",
            "--duration takes seconds, for example 12.5, not '-3'.",
            "--seed takes a whole number from 0 to 18446744073709551615, not '1.5'.",
            "Nothing to sing: give --lyrics or --input.",
        ],
        "--lyric", "x", "stray", "--seed", "1.5", "--seed", "2", "--type", "stems", "--duration", "-3");

    [Theory]
    [InlineData("--input and --lyrics exclude each other.", "--input", "f", "--lyrics", "x")]
    [InlineData("--description is for one song; in a file every song has its own.", "--input", "f", "--description=x")]
    [InlineData("Nothing to sing: give --lyrics or --input.", "--type", "mixed", "--description", "pop")]
    [InlineData("--threads takes a whole number from 1 to 1024, not '0'.", "--lyrics", "x", "--threads", "0")]
    [InlineData("--strict takes no value.", "--lyrics", "x", "--strict=yes")]
    [InlineData("--output is empty.", "--lyrics", "x", "--output", "")]
    [InlineData("--device is one of cpu, cuda, not 'gpu'.", "--lyrics", "x", "--device", "gpu")]
    [InlineData("--format mp3: songs are written as flac or wav; convert them with 'ffmpeg -i song.flac song.mp3'.",
        "--lyrics", "x", "--format", "mp3")]
    [InlineData("--lyrics and --lyrics-file exclude each other.", "--lyrics", "x", "--lyrics-file", "y")]
    [InlineData("--input and --tokens exclude each other.", "--input", "x", "--tokens", "y")]
    [InlineData("--keep needs --continue.", "--lyrics", "x", "--keep", "2")]
    [InlineData("--continue goes on with the song of --lyrics or --lyrics-file.", "--input", "x", "--continue", "y")]
    [InlineData("--takes and --tokens exclude each other: the tokens are written already.", "--tokens", "x", "--takes", "2")]
    [InlineData("--parallel needs --backend cpu; with torch songs are made one after the other.",
        "--lyrics", "x", "--parallel", "2", "--backend", "torch")]
    [InlineData("--temperature takes a number, not 'hot'.", "--lyrics", "x", "--temperature", "hot")]
    [InlineData("--progress is one of text, json, not 'xml'.", "--lyrics", "x", "--progress", "xml")]
    [InlineData("--format is one of flac, wav, not '1'.", "--lyrics", "x", "--format", "1")]
    [InlineData("--duration takes seconds, for example 12.5, not 'NaN'.", "--lyrics", "x", "--duration", "NaN")]
    [InlineData("--backend is one of torch, cpu, not 'gpu'.", "--lyrics", "x", "--backend", "gpu")]
    [InlineData("--precision is one of float32, bfloat16, float16, int8, int4, not 'int2'.",
        "--lyrics", "x", "--precision", "int2")]
    [InlineData("--precision int8 needs --backend cpu.", "--lyrics", "x", "--backend", "torch", "--precision", "int8")]
    [InlineData("--precision int4 needs --backend cpu.", "--lyrics", "x", "--device", "cuda", "--precision", "int4")]
    [InlineData("--preset is low-memory, not 'fast'.", "--lyrics", "x", "--preset", "fast")]
    [InlineData("--root: there is no folder 'no such folder'.", "--lyrics", "x", "--root", "no such folder")]
    [InlineData("--precision float16 needs --backend torch.",
        "--lyrics", "x", "--backend", "cpu", "--precision", "float16")]
    [InlineData("--kv-cache is float16 or int8, with --backend cpu.",
        "--lyrics", "x", "--backend", "cpu", "--kv-cache", "int4")]
    [InlineData("--kv-cache is float16 or int8, with --backend cpu.",
        "--lyrics", "x", "--backend", "torch", "--kv-cache", "int8")]
    [InlineData("--codec-precision is float32 or bfloat16, or float16 with --device cuda.",
        "--lyrics", "x", "--codec-precision", "int8")]
    [InlineData("--codec-precision is float32 or bfloat16, or float16 with --device cuda.",
        "--lyrics", "x", "--codec-precision", "float16")]
    [InlineData("--backend cpu and --device cuda exclude each other.",
        "--lyrics", "x", "--backend", "cpu", "--device", "cuda")]
    [InlineData(NoSeed, "--lyrics", "x", "--seed")]
    [InlineData(NoSeed, "--lyrics", "x", "--seed", "--strict")]
    public void OneThingWrongIsNamed(string problem, params string[] args) => Parse([problem], args);

    [Theory]
    [InlineData(ModelBackend.Cpu, null)]
    [InlineData(ModelBackend.Cpu, null, "--device", "cpu")]
    [InlineData(ModelBackend.Torch, null, "--device", "cuda")]
    [InlineData(ModelBackend.Torch, null, "--backend", "torch")]
    [InlineData(ModelBackend.Cpu, ModelPrecision.Int8, "--precision", "int8")]
    [InlineData(ModelBackend.Cpu, null, "--backend", "cpu")]
    [InlineData(ModelBackend.Cpu, ModelPrecision.Int4, "--precision", "int4", "--backend", "cpu")]
    [InlineData(ModelBackend.Torch, ModelPrecision.BFloat16, "--precision=bfloat16")]
    public void BackendAndPrecisionAreRead(ModelBackend backend, ModelPrecision? precision, params string[] args)
    {
        Arguments arguments = Parse([], ["--lyrics", "x", .. args]);
        Assert.Equal((backend, precision), (arguments.Backend, arguments.Precision));
    }

    [Fact]
    public void TheSettingsOfSongsAreRead()
    {
        SongSetup songs = Parse([], "--lyrics", "x", "--lyrics-format", "strict", "--takes", "3", "--parallel", "2", "--temperature", "0.7",
            "--top-k", "9", "--top-p", "0.9", "--guidance", "2", "--decoder-steps", "4", "--decoder-guidance", "1", "--progress", "json",
            "--lenient", "--continue", "t", "--keep", "2.5").Songs;
        Assert.Equal(new GenerationOptions { Temperature = 0.7, TopK = 9, TopP = 0.9, Guidance = 2 }, songs.Sampling);
        Assert.Equal((3, 2, 4, 1.0), (songs.Takes, songs.Parallel, songs.DecoderSteps, songs.DecoderGuidance));
        Assert.Equal((LyricsDialect.Strict, ProgressFormat.Json, true), (songs.Dialect, songs.Progress, songs.Lenient));
        Assert.Equal(("t", TimeSpan.FromSeconds(2.5)), (songs.Continue, songs.Keep));
        SongSetup defaults = Parse([], "--lyrics", "x", "--no-backing-vocals").Songs;
        Assert.Null(defaults.Sampling);
        Assert.Equal(LyricsDialect.Auto with { BackingVocals = false }, defaults.Dialect);
    }

    [Fact]
    public void AFileInPlaceOfWordsIsNamed()
    {
        string path = typeof(ArgumentsTests).Assembly.Location;
        Parse([$"--lyrics takes the words themselves; to read the file '{path}', write --lyrics-file."], "--lyrics", path);
    }

    [Fact]
    public void ACheckNeedsNoLyrics() => Assert.True(Parse([], "--check").Setup.Check);

    [Fact]
    public void TheLowMemoryPresetSetsResidencyAndSampling()
    {
        var options = new LeVoOptions();
        Arguments arguments = Parse([], "--lyrics", "x", "--preset", "low-memory", "--root", ".");
        arguments.Setup.Apply(options, "model", arguments);
        Assert.Equal(ModelResidency.OneAtATime, options.Residency);
        Assert.Equal((0.9, 50), (options.Generation!.Temperature, options.Generation.TopK));
        Assert.Equal(("model", "."), (options.ModelPath, options.ExtraRoot));
        var plain = new LeVoOptions();
        Parse([], "--lyrics", "x").Setup.Apply(plain, "model", arguments);
        Assert.Equal((ModelResidency.KeepAll, null), (plain.Residency, plain.Generation));
    }

    [Fact]
    public void InstrumentalMusicNeedsNoLyrics() => Parse([], "--type", "bgm", "--description", "piano");

    [Fact]
    public void HelpNeedsNothingElse() => Assert.True(Parse([], "--help").Help);

    [Fact]
    public void TheUsageNamesEveryOption()
    {
        foreach (string option in (string[])["lyrics", "description", "input", "model", "output", "type", "format",
            "duration", "seed", "device", "backend", "precision", "threads", "strict", "help",
            "check", "root", "preset"])
            Assert.Contains($"\n  --{option} ", Arguments.Usage);
    }

    private static Arguments Parse(string[] expectedProblems, params string[] args)
    {
        var problems = new List<string>();
        Arguments arguments = Arguments.Parse(args, problems);
        Assert.Equal(expectedProblems, problems);
        return arguments;
    }
}
