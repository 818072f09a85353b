using System.Text.Json.Nodes;
using LeVo.Core.Audio;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Samples.Compose;
using LeVo.Testing;

namespace LeVo.Samples.Tests.Compose;

public sealed class ComposeAppTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-compose-");
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    private string Output => Path.Combine(folder.FullName, "out");

    [Theory]
    [InlineData("flac")]
    [InlineData("wav")]
    public async Task OneSongLeavesSoundSidecarAndRecord(string format)
    {
        var model = new FakeModel();
        Assert.Equal(0, await Run(model, "--lyrics", "[verse] Hello", "--description", "x", "--format", format));
        string[] files = ["audios/song.json", $"audios/song.{format}", "jsonl/song.jsonl"];
        Assert.Equal(files.Order(StringComparer.Ordinal), Files());
        Assert.Equal(8000, AudioFile.Read(Path.Combine(Output, "audios", $"song.{format}")).Length);
        JsonNode record = JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "jsonl", "song.jsonl")))!;
        Assert.Equal(
            $$"""{"idx":"song","gt_lyric":"[verse] Hello","descriptions":"x","audio_path":"audios/song.{{format}}","wav_path":"audios/song.{{format}}"}""",
            record.ToJsonString());
        Assert.Equal(Path.Combine(Output, "audios", $"song.{format}") + "\n", output.ToString());
        Assert.True(model.IsFreed);
    }

    [Fact]
    public async Task ManySongsWithStems()
    {
        var model = new FakeModel();
        string input = Input(
            """{"idx": "a", "gt_lyric": "[verse] 雪", "more": 1}""", """{"idx": "b", "gt_lyric": "[verse] B"}""");
        Assert.Equal(0, await Run(model, "--input", input, "--type", "separate", "--seed", "5"));
        Assert.Equal(
            [
                "audios/a.flac", "audios/a.json", "audios/a_bgm.flac", "audios/a_vocal.flac",
                "audios/b.flac", "audios/b.json", "audios/b_bgm.flac", "audios/b_vocal.flac", "jsonl/songs.jsonl",
            ],
            Files());
        string[] records = File.ReadAllLines(Path.Combine(Output, "jsonl", "songs.jsonl"));
        Assert.Equal(
            """
            {"idx":"a","gt_lyric":"[verse] 雪","more":1,"audio_path":"audios/a.flac",
            "vocal_path":"audios/a_vocal.flac","bgm_path":"audios/a_bgm.flac","wav_path":"audios/a.flac"}
            """.ReplaceLineEndings(""),
            records[0]);
        Assert.Equal(2, records.Length);
        Assert.Equal([5UL, 5UL], model.Requests.Select(request => request.Seed!.Value));
        Assert.Equal(6, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("[2/2] b: writing tokens", error.ToString());
    }

    [Fact]
    public async Task AWholeModelSingsThroughTheServices()
    {
        using var model = new TinyModel();
        string[] args =
        [
            "--lyrics", "[verse] Hello", "--description", "pop", "--type", "separate", "--model", model.Path,
            "--output", Output, "--seed", "3", "--duration", "1.4",
        ];
        int code = await new ComposeApp(new(output, error)).RunAsync(args, TestContext.Current.CancellationToken);
        Assert.True(code == 0, error.ToString());
        JsonNode sidecar = JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "audios", "song.json")))!;
        int frames = sidecar["song"]!["frames"]!.GetValue<int>();
        Assert.InRange(frames, 0, 35);
        foreach (string file in (string[])["song.flac", "song_vocal.flac", "song_bgm.flac"])
        {
            Waveform sound = AudioFile.Read(Path.Combine(Output, "audios", file));
            Assert.InRange(sound.Length, (frames * TinyCodec.Ratio) - 1, frames * TinyCodec.Ratio);
        }
        Assert.Equal(3UL, sidecar["request"]!["seed"]!.GetValue<ulong>());
        Assert.Equal(frames == 0, error.ToString().Contains("warning: song: the model ended the song at once"));
        if (!TorchSharp.torch.cuda_is_available())
        {
            Assert.Equal(1, await new ComposeApp(new(output, error)).RunAsync(
                [.. args, "--device", "cuda"], TestContext.Current.CancellationToken));
            Assert.Contains("error: The device 'cuda' was requested", error.ToString());
        }
    }

    [Fact]
    public async Task WrongInputIsNamedBeforeAnyModelIsLoaded()
    {
        var model = new FakeModel();
        string input = Input("""{"idx": "a", "gt_lyric": "[verse] A"}""", """{"idx": "a"}""", "{");
        Assert.Equal(2, await Run(model, "--input", input, "--strict"));
        Assert.Contains("error: songs.jsonl:2: gt_lyric is missing.\n", error.ToString());
        Assert.Contains("error: songs.jsonl:3: broken JSON at column 2: ", error.ToString());
        Assert.Equal(2, await Run(model, "--lyrics", "[verse] A", "--model", Path.Combine(folder.FullName, "none")));
        Assert.Equal(2, await Run(model, "--sing"));
        string records = Path.Combine(Directory.CreateDirectory(Path.Combine(Output, "jsonl")).FullName, "songs.jsonl");
        File.Copy(input, records);
        Assert.Equal(2, await Run(model, "--input", records));
        Assert.Equal(0, model.Loads);
        Assert.Equal(["jsonl/songs.jsonl"], Files());
    }

    [Fact]
    public async Task WhatOnlyTheModelKnowsIsJudgedBeforeTheFirstSong()
    {
        var model = new FakeModel
        {
            Findings = [new(FindingSeverity.Warning, LyricsCodes.TooLong, "It is too long.", 0, 1, 1)],
        };
        Assert.Equal(2, await Run(model, "--lyrics", "[verse] A", "--duration", "17"));
        Assert.Contains("error: --duration: this model's songs last 16 s at most.\n", error.ToString());
        Assert.Equal(2, await Run(model, "--lyrics", "[verse] A", "--strict"));
        Assert.Contains("error: --lyrics, line 1, column 1: It is too long.\n", error.ToString());
        Assert.Empty(model.Requests);
        Assert.Equal(0, await Run(model, "--lyrics", "[verse] A"));
        Assert.Contains("warning: --lyrics, line 1, column 1: It is too long.\n", error.ToString());
    }

    [Fact]
    public async Task AnInterruptionKeepsWhatIsFinished()
    {
        using var interruption = new CancellationTokenSource();
        var model = new FakeModel { OnSong = count => { if (count == 2) interruption.Cancel(); } };
        string input = Input("""{"idx": "a", "gt_lyric": "[verse] A"}""", """{"idx": "b", "gt_lyric": "[verse] B"}""");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => App(model).RunAsync(
            ["--input", input, "--output", Output, "--model", folder.FullName], interruption.Token));
        Assert.Equal(["audios/a.flac", "audios/a.json", "jsonl/songs.jsonl", "unfinished/songs.finished"], Files());
        Assert.Single(File.ReadAllLines(Path.Combine(Output, "jsonl", "songs.jsonl")));
        Assert.Contains("interrupted; 1 of 2 songs are finished; the same command resumes", error.ToString());
        Assert.True(model.IsFreed);

        var second = new FakeModel();
        Assert.Equal(0, await Run(second, "--input", input));
        Assert.Equal("b", Path.GetFileNameWithoutExtension(Assert.Single(second.Requests).ProgressPath));
        Assert.Equal(["audios/a.flac", "audios/a.json", "audios/b.flac", "audios/b.json", "jsonl/songs.jsonl"], Files());
        Assert.Equal(2, File.ReadAllLines(Path.Combine(Output, "jsonl", "songs.jsonl")).Length);
        Assert.Contains("[1/2] a: finished before\n", error.ToString());
    }

    [Fact]
    public async Task AnotherCommandBeginsAnew()
    {
        using var interruption = new CancellationTokenSource();
        var model = new FakeModel { OnSong = count => { if (count == 2) interruption.Cancel(); } };
        string input = Input("""{"idx": "a", "gt_lyric": "[verse] A"}""", """{"idx": "b", "gt_lyric": "[verse] B"}""");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => App(model).RunAsync(
            ["--input", input, "--output", Output, "--model", folder.FullName], interruption.Token));
        var second = new FakeModel();
        Assert.Equal(0, await Run(second, "--input", input, "--seed", "9"));
        Assert.Equal(2, second.Requests.Count);
        Assert.False(Directory.Exists(Path.Combine(Output, "unfinished")));
    }

    [Fact]
    public async Task AWholeModelGoesOnAfterAnInterruption()
    {
        using var model = new TinyModel();
        string[] args =
        [
            "--lyrics", "[verse] Hello", "--description", "pop", "--model", model.Path, "--seed", "3", "--duration", "1.4",
        ];
        string whole = Path.Combine(folder.FullName, "whole");
        Assert.Equal(0, await new ComposeApp(new(output, error)).RunAsync(
            [.. args, "--output", whole], TestContext.Current.CancellationToken));
        using var interruption = new CancellationTokenSource();
        var watched = new StringWriterThat(text => text.Contains("making sound", StringComparison.Ordinal), interruption.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ComposeApp(new(output, watched)).RunAsync(
            [.. args, "--output", Output], interruption.Token));
        Assert.Equal(["unfinished/song.finished", "unfinished/song.json"], Files());
        Assert.Equal(0, await new ComposeApp(new(output, error)).RunAsync(
            [.. args, "--output", Output], TestContext.Current.CancellationToken));
        Assert.Equal(["audios/song.flac", "audios/song.json", "jsonl/song.jsonl"], Files());
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "audios", "song.flac")),
            File.ReadAllBytes(Path.Combine(Output, "audios", "song.flac")));
    }

    [Fact]
    public async Task AModelThatCannotBeLoadedIsAFailure()
    {
        var app = new ComposeApp(
            new(output, error), (_, _) => throw new ModelLoadException("the model", ["a.pt is missing"]));
        Assert.Equal(1, await app.RunAsync(["--lyrics", "[verse] A", "--output", Output, "--model", folder.FullName],
            TestContext.Current.CancellationToken));
        Assert.Contains("a.pt is missing", error.ToString());
    }

    [Fact]
    public async Task AnOutputThatIsAFileIsAFailure()
    {
        File.WriteAllText(Output, "");
        Assert.Equal(1, await Run(new FakeModel(), "--lyrics", "[verse] A"));
        Assert.StartsWith("error: ", error.ToString());
    }

    [Fact]
    public void TheDemoIsFoundInFoldersAbove()
    {
        string demo = Directory.CreateDirectory(Path.Combine(folder.FullName, "models", "levo-demo")).FullName;
        string deep = Directory.CreateDirectory(Path.Combine(folder.FullName, "a", "b")).FullName;
        Assert.Equal(demo, DemoModel.Find(Path.GetTempPath(), deep));
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Acts once on a line.</summary>
    private sealed class StringWriterThat(Predicate<string> waitsFor, Action act) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            if (waitsFor(value ?? ""))
                act();
        }
    }

    private ComposeApp App(FakeModel model) => new(new(output, error), model.Load);

    private Task<int> Run(FakeModel model, params string[] args) => App(model).RunAsync(
        [.. args, "--output", Output, .. args.Contains("--model") ? [] : (string[])["--model", folder.FullName]],
        TestContext.Current.CancellationToken);

    private string Input(params string[] lines)
    {
        string path = Path.Combine(folder.FullName, "songs.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }

    /// <summary>The files of the output folder, but for the tokens and the lock.</summary>
    private string[] Files() => Directory.Exists(Output)
        ? [.. Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Output, file).Replace('\\', '/'))
            .Where(file => file != ".lock" && !file.StartsWith("tokens/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];
}
