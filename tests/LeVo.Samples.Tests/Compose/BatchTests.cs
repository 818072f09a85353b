using System.Diagnostics;
using System.Text.Json.Nodes;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using LeVo.Samples.Compose;
using LeVo.Testing;

namespace LeVo.Samples.Tests.Compose;

public sealed class BatchTests : IDisposable
{
    private const string Words = "[verse] Morning light ; [chorus] Sing it out";

    private const string LongWords = "[verse] Morning light.Coffee and rain.Over the river.Slow and again ; [chorus] Sing it out.Under the open sky";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-batch-");
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    [Fact]
    public async Task WrongSongsCostThemselvesAlone()
    {
        var model = new FakeModel();
        string input = Path.Combine(folder.FullName, "songs.jsonl");
        File.WriteAllLines(input,
        [
            """{"idx": "a", "gt_lyric": "[verse] A"}""", "{", """{"idx": "c", "gt_lyric": " "}""",
            """{"idx": "d", "gt_lyric": "[verse] D", "duration": 17}""", """{"idx": "e", "gt_lyric": "[verse] E"}""",
        ]);
        Assert.Equal(2, await Run(model, "--input", input, "--strict"));
        Assert.Equal(0, model.Loads);
        error.GetStringBuilder().Clear();
        Assert.Equal(3, await Run(model, "--input", input));
        Assert.Equal(["A", "E"], model.Requests.Select(request => request.Lyrics!.Sections[0].Sentences[0]));
        foreach (string line in (string[])["error: songs.jsonl:2: ", "error: songs.jsonl:3: ", "error: songs.jsonl:4: It is too long.\n",
            "2 of 5 songs made; "])
            Assert.Contains(line, error.ToString());
        Assert.Equal(2, File.ReadAllLines(Path.Combine(folder.FullName, "out", "jsonl", "songs.jsonl")).Length);
        Assert.Equal(0, await Run(model, "--lyrics", "[verse] A"));
    }

    [Fact]
    public async Task TakesAndSongsTogetherAreEqualToThemselvesAlone()
    {
        string demo = Path.Combine(Repository.Root, "models", "levo-demo");
        string[] args = ["--lyrics", Words, "--model", demo, "--duration", "1.5", "--format", "wav"];
        await Real("together", [.. args, "--takes", "3", "--parallel", "3", "--seed", "5"]);
        for (int take = 1; take <= 3; take++)
        {
            await Real("alone" + take, [.. args, "--seed", $"{4 + take}"]);
            foreach (string name in (string[])["audios/{0}.wav", "tokens/{0}.tokens"])
            {
                Assert.Equal(File.ReadAllBytes(PathOf("alone" + take, string.Format(null, name, "song"))),
                    File.ReadAllBytes(PathOf("together", string.Format(null, name, "song_take" + take))));
            }
        }
        JsonNode last = JsonNode.Parse(File.ReadLines(PathOf("together", "jsonl/song.jsonl")).Last())!;
        Assert.Equal(("song_take3", 7UL), (last["idx"]!.GetValue<string>(), last["seed"]!.GetValue<ulong>()));

        string tokens = PathOf("alone1", "tokens/song.tokens");
        await Real("again", ["--tokens", tokens, "--model", demo, "--seed", "5", "--format", "wav"]);
        Assert.Equal(File.ReadAllBytes(PathOf("alone1", "audios/song.wav")), File.ReadAllBytes(PathOf("again", "audios/song.wav")));
        await Real("stems", ["--tokens", tokens, "--model", demo, "--seed", "5", "--type", "separate", "--decoder-steps", "2"]);
        Assert.True(File.Exists(PathOf("stems", "audios/song_vocal.flac")));

        await Real("longer", [.. args, "--seed", "6", "--continue", tokens, "--keep", "0.4"]);
        SongTokens first = SongTokens.Load(tokens), longer = SongTokens.Load(PathOf("longer", "tokens/song.tokens"));
        Assert.Equal(first.Slice(0, 10), longer.Slice(0, 10));
        Assert.NotEqual(first, longer);
    }

    [Fact]
    public async Task LyricsComeFromFilesOfKnownEncodings()
    {
        var model = new FakeModel();
        string path = Path.Combine(folder.FullName, "words.txt");
        File.WriteAllText(path, "[Verse 1]\nMañana\n", System.Text.Encoding.Unicode);
        Assert.Equal(0, await Run(model, "--lyrics-file", path));
        Assert.Equal("[verse] Mañana.", model.Requests[0].Lyrics!.Render());
        Assert.Contains("note: --lyrics, line 1, column 1: [Verse 1] is read as [verse].\n", error.ToString());
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes("[verse]\nMañana\n"));
        Assert.Equal(2, await Run(model, "--lyrics-file", path));
        Assert.Contains($"error: --lyrics-file: line 2 of '{path}' is not valid UTF-8. ", error.ToString());
        Assert.Equal(2, await Run(model, "--lyrics-file", path + "x"));
        Assert.Equal(2, await Run(model, "--tokens", path));
        Assert.Contains("error: --tokens: ", error.ToString());
    }

    [Fact]
    public async Task TwoProcessesDoNotWriteIntoOneFolder()
    {
        string place = Path.Combine(folder.FullName, "out");
        Directory.CreateDirectory(place);
        using (OutputLock.Take(place))
        {
            Assert.Equal(1, await Run(new FakeModel(), "--lyrics", "[verse] A"));
            Assert.Contains($"error: Process {Environment.ProcessId} writes into '{place}'; ", error.ToString());
        }
        // What a process leaves that was killed.
        File.WriteAllText(Path.Combine(place, ".lock.owner"), "1");
        Assert.Equal(0, await Run(new FakeModel(), "--lyrics", "[verse] A"));
        Assert.False(File.Exists(Path.Combine(place, ".lock.owner")));
    }

    /// <summary>The system frees the folder of a process that is killed, which can't do it itself.</summary>
    [Fact]
    public async Task AKilledProcessLosesItsFolder()
    {
        string place = Path.Combine(folder.FullName, "out");
        using (Process first = SampleProcess.Start("Compose", folder.FullName, "--lyrics", Words, "--output", place, "--model",
            Path.Combine(Repository.Root, "models", "levo-demo"), "--progress", "json", "--threads", "1"))
        {
            CancellationToken token = TestContext.Current.CancellationToken;
            Assert.StartsWith("{", await first.StandardError.ReadLineAsync(token)); // It has begun the song.
            Assert.Equal(1, await Run(new FakeModel(), "--lyrics", "[verse] A"));
            Assert.Contains($"error: Process {first.Id} writes into '{place}'; ", error.ToString());
            Assert.False(first.HasExited);
            first.Kill();
            await first.WaitForExitAsync(token);
        }
        Assert.True(File.Exists(Path.Combine(place, ".lock.owner")));
        Assert.Equal(0, await Run(new FakeModel(), "--lyrics", "[verse] A"));
    }

    /// <summary>A process that is killed while it makes the sound: the next one decodes only the windows that are missing, and
    /// the song is the one that an undisturbed process makes.</summary>
    [Fact]
    public async Task AKilledProcessLosesAWindowAtMost()
    {
        string demo = Path.Combine(Repository.Root, "models", "levo-demo");
        string[] args = ["--lyrics", LongWords, "--model", demo, "--seed", "3", "--format", "wav", "--decoder-steps", "30"];
        using (Process first = SampleProcess.Start("Compose", folder.FullName,
            [.. args, "--output", PathOf("killed", ""), "--progress", "json", "--threads", "1"]))
        {
            while (await first.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (IsSound(line, report => 2 * Number(report, "done") > Number(report, "total")))
                    break;
            }
            Assert.False(first.HasExited);
            first.Kill();
            await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        Assert.False(File.Exists(PathOf("killed", "audios/song.wav")));
        await Real("killed", [.. args, "--progress", "json"]);
        Assert.Contains(error.ToString().Split('\n'), line => IsSound(line, report => Number(report, "resumed") > 0));
        await Real("undisturbed", args);
        Assert.Equal(File.ReadAllBytes(PathOf("undisturbed", "audios/song.wav")), File.ReadAllBytes(PathOf("killed", "audios/song.wav")));

        static bool IsSound(string line, Predicate<JsonNode> fits) => line.StartsWith('{') && JsonNode.Parse(line) is { } report
            && report["stage"]!.GetValue<string>() == "audio" && fits(report);

        static int Number(JsonNode report, string field) => report[field]!.GetValue<int>();
    }

    [Fact]
    public async Task ProgressIsAnObjectALine()
    {
        Assert.Equal(0, await Run(new FakeModel(), "--lyrics", "[verse] A", "--progress", "json"));
        JsonNode line = JsonNode.Parse(error.ToString().Split('\n')[0])!;
        Assert.Equal(("song", "tokens", 1, 25), (line["song"]!.GetValue<string>(), line["stage"]!.GetValue<string>(),
            line["done"]!.GetValue<int>(), line["total"]!.GetValue<int>()));
    }

    [Fact]
    public async Task SamplingAndDecoderSettingsReachTheGenerator()
    {
        var model = new FakeModel();
        Assert.Equal(0, await Run(model, "--lyrics", "[verse] A", "--temperature", "0.5", "--top-k", "4", "--decoder-guidance", "2"));
        SongRequest request = Assert.Single(model.Requests);
        Assert.Equal(new GenerationOptions { Temperature = 0.5, TopK = 4 }, request.Options);
        Assert.Equal((null, 2.0), (request.DecoderSteps, request.DecoderGuidance));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string PathOf(string run, string file) => Path.Combine(folder.FullName, run, file);

    private async Task Real(string run, string[] args)
    {
        int code = await new ComposeApp(new(output, error)).RunAsync(
            [.. args, "--output", Path.Combine(folder.FullName, run)], TestContext.Current.CancellationToken);
        Assert.True(code == 0, error.ToString());
    }

    private Task<int> Run(FakeModel model, params string[] args) => new ComposeApp(new(output, error), model.Load).RunAsync(
        [.. args, "--output", Path.Combine(folder.FullName, "out"), "--model", folder.FullName], TestContext.Current.CancellationToken);
}
