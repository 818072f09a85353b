using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Samples.Tests;

/// <summary>The samples, run as programs on a model of random weights.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-samples-");
    private readonly TinyModel model = new(withEncoder: true);

    [Fact]
    public async Task AModelIsFineTunedOnAFolderOfSongs()
    {
        await WriteSongAsync("one", "[verse] la mo ri", "pop, female");
        await WriteSongAsync("two", "[chorus] la la", null);
        SampleProcess run = await RunAsync("FineTune", "--songs", "songs", "--model", model.Path, "--output", "tuned",
            "--steps", "2", "--rank", "2");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("2 songs encoded", run.Output);
        Assert.True(File.Exists(At("fine-tune/run/metrics.jsonl")));
        await AssertSingsAnewAsync(At("tuned"));
        SampleProcess again = await RunAsync("FineTune", "--songs", "songs", "--model", model.Path, "--output", "tuned");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("The folder 'tuned' is not empty.", again.Errors);
    }

    [Fact]
    public async Task AModelIsAlignedWithPreferences()
    {
        File.WriteAllLines(At("lyrics.txt"), ["[verse] the river is singing", "", "[chorus] la la"]);
        SampleProcess run = await RunAsync("Align", "--lyrics", "lyrics.txt", "--model", model.Path, "--output", "aligned",
            "--rounds", "1", "--samples", "8", "--steps", "2",
            "--length-ratio", "100");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("round 0: 16 songs", run.Output);
        Assert.NotEmpty(File.ReadAllLines(At("align/rounds/round-00/pairs/pairs.jsonl")));
        await AssertSingsAnewAsync(At("aligned"));
    }

    [Fact]
    public async Task AQueueMakesASongOfEachLine()
    {
        SampleProcess run = await SampleProcess.RunAsync("Queue", folder.FullName, "[verse] la\n[verse] mo ri\n", "--model",
            model.Path);
        Assert.True(run.ExitCode == 0, run.Errors);
        foreach (string song in (string[])["song1", "song2"])
        {
            AudioFile.Read(At(song + ".flac"));
            Assert.False(File.Exists(At(song + ".unfinished")));
        }
    }

    [Theory]
    [InlineData("compose")]
    [InlineData("sample")]
    [InlineData("encode")]
    public async Task WorkersShareARunWithoutAServer(string work)
    {
        File.WriteAllLines(At("lyrics.txt"), ["[verse] the river is singing", "", "{\"gt_lyric\": \"[chorus] la la\"}", "{\"no\": 1}", "[verse] mo ri"]);
        foreach (string name in (string[])["one", "two", "three"])
            await WriteSongAsync(name, "[verse] la mo ri", null);
        SampleProcess submitted = await WorkerAsync("submit", "--work", work, "--samples", "4", "--length-ratio", "100",
            "--shard-songs", "1", "--input", work == "encode" ? "songs" : "lyrics.txt");
        Assert.Contains("3 items in", submitted.Output);
        Assert.Equal(work == "encode" ? 0 : 1, submitted.ExitCode);
        if (work != "encode")
            Assert.Contains("lyrics.txt, line 4", submitted.Errors);
        SampleProcess first = await WorkerAsync("work", "--shard", "1/2"), early = await WorkerAsync("collect", "--output", "early");
        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.Contains("1 items by this worker; 2 of 3 are missing", first.Output);
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("2 of 3 items are missing", early.Output);
        SampleProcess rest = await WorkerAsync("work");
        Assert.True(rest.ExitCode == 0, rest.Errors);
        Assert.Contains("3 of 3 items are done", (await WorkerAsync("status")).Output);
        SampleProcess collected = await WorkerAsync("collect", "--output", "joined");
        Assert.True(collected.ExitCode == 0, collected.Errors);
        Assert.NotEmpty(Directory.GetFiles(At("joined"), work switch
        {
            "compose" => "00002.flac",
            "sample" => "pairs.jsonl",
            _ => "shard-00002.safetensors",
        }));

        Task<SampleProcess> WorkerAsync(string verb, params string[] args) =>
            RunAsync("Worker", [verb, "--run", "run", "--model", model.Path, .. args]);
    }

    [Fact]
    public async Task ASongIsStreamedIntoAFile()
    {
        SampleProcess run = await RunAsync(
            "Stream", "--model", model.Path, "--seed", "7", "--lyrics", "[verse] the river is singing");
        Assert.True(run.ExitCode == 0, run.Errors);
        Waveform sound = AudioFile.Read(At("song.wav"));
        Assert.Equal(2, sound.ChannelCount);
        Assert.Equal(SongTokens.Load(At("song.safetensors")).Duration, sound.Duration);
    }

    [Fact]
    public async Task FoldersOfSongsAreMeasuredAndCompared()
    {
        foreach (string set in (string[])["new/audios", "old"])
        {
            Directory.CreateDirectory(At(set));
            (string, float)[] files = [("a.flac", 0.5f), ("a_vocal.flac", 0.3f), ("a_bgm.flac", 0.2f), ("b.wav", 0.1f)];
            foreach ((string name, float level) in files)
            {
                float[] samples = [.. Enumerable.Range(0, 48_000).Select(i => level * MathF.Sin(0.1f * i))];
                await AudioFile.WriteAsync(At($"{set}/{name}"), new([samples, samples], 48_000), default,
                    TestContext.Current.CancellationToken);
            }
        }
        File.WriteAllText(At("old/b.wav"), "no sound");
        SampleProcess run = await RunAsync("Evaluate", "new", "--against", "old", "--rank", "loudness_lufs");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("| Mix without the sum of stems, dB | lower |", run.Output);
        Assert.Contains("new minus old", run.Output);
        Assert.Contains("- old, b: ", run.Output);
        Assert.Contains("<svg", File.ReadAllText(At("evaluation/report.html")));
        Assert.True(File.Exists(At("evaluation/report.json")));
        SampleProcess without = await RunAsync("Evaluate", "new", "--whisper", "missing.bin");
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("error: There is no Whisper model 'missing.bin'", without.Errors);
        Assert.Equal(2, (await RunAsync("Evaluate")).ExitCode);
    }

    [Theory]
    [InlineData("Compose")]
    [InlineData("Queue")]
    [InlineData("Stream")]
    [InlineData("Worker")]
    [InlineData("FineTune")]
    [InlineData("Align")]
    [InlineData("Evaluate")]
    [InlineData("Convert")]
    public async Task AnUnknownOptionIsNamed(string sample)
    {
        SampleProcess run = await RunAsync(sample, "--tempo", "90");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("error: '--tempo' is no option; --help lists them.", run.Errors);
    }

    public void Dispose()
    {
        model.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>The folder is a model of other weights than the one before, and a song can be made with it.</summary>
    private async Task AssertSingsAnewAsync(string path)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.NotEqual(await File.ReadAllBytesAsync(Path.Combine(model.Path, "model.safetensors"), token),
            await File.ReadAllBytesAsync(Path.Combine(path, "model.safetensors"), token));
        var services = new ServiceCollection();
        services.AddLeVo(options => options.ModelPath = path).AddMusicCodec();
        await using ServiceProvider provider = services.BuildServiceProvider();
        Song song = await provider.GetRequiredService<ISongGenerator>().GenerateAsync(
            new SongRequest { Lyrics = Lyrics.Parse("[verse] la mo"), Description = "pop", Seed = 1 }, null, token);
        Assert.InRange(song.Tokens.Frames, 0, 36);
    }

    private async Task WriteSongAsync(string name, string lyrics, string? description)
    {
        Directory.CreateDirectory(At("songs"));
        File.WriteAllText(At($"songs/{name}.txt"), lyrics);
        if (description is not null)
            File.WriteAllText(At($"songs/{name}.description.txt"), description);
        foreach ((int index, string part) in ((string[])["vocal", "accompaniment"]).Index())
        {
            float[] tone = [.. Enumerable.Range(0, 48_000).Select(i => 0.3f * MathF.Sin(0.02f * (index + 1) * i))];
            await AudioFile.WriteAsync(At($"songs/{name}.{part}.wav"), new Waveform([tone], 48_000));
        }
    }

    private Task<SampleProcess> RunAsync(string sample, params string[] args) =>
        SampleProcess.RunAsync(sample, folder.FullName, "", args);

    private string At(string name) => Path.Combine(folder.FullName, name);
}
