using System.Text.Json.Nodes;
using LeVo.Core.Audio;
using LeVo.Samples.Compose;
using LeVo.Testing;

namespace LeVo.Samples.Tests.Compose;

public sealed class AudioPromptTests : IDisposable
{
    private static readonly string Songs = Path.Combine(Repository.Root, "samples", "songs");
    private static readonly string AutoPromptFile = Path.Combine(Songs, "auto_prompts.safetensors");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-prompts-");
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    [Fact]
    public async Task TheFiveSampleLinesMakeFiveSongs()
    {
        string input = Path.Combine(Songs, "songs.jsonl");
        Assert.Equal(0, await Demo("first", "--input", input, "--auto-prompts", AutoPromptFile));
        string[] names = [.. File.ReadLines(input).Select(line => JsonNode.Parse(line)!["idx"]!.GetValue<string>())];
        Assert.Equal(5, names.Length);
        Assert.Equal([true, true, true, false, false], names.Select(name => Request("first", name)["prompt"]!.GetValue<bool>()));
        Assert.Equal(3, names.Select(name => Request("first", name)["prompt_origin"]?["codes_hash"]!.GetValue<string>())
            .Where(hash => hash is not null).Distinct().Count());
        JsonNode origin = Request("first", names[0])["prompt_origin"]!["files"]!;
        Assert.Equal(Path.Combine(Songs, "prompts", "female.flac"), origin["path"]!.GetValue<string>());
        Assert.Equal(Path.Combine(Songs, "prompts", "female_vocal.flac"), origin["vocal_path"]!.GetValue<string>());
        Assert.Equal("jazz", Request("first", names[2])["prompt_origin"]!["files"]!["genre"]!.GetValue<string>());
        foreach (string name in names)
            Assert.True(AudioFile.Read(PathOf("first", $"audios/{name}.wav")).Channels[0].Max(Math.Abs) > 0.01f, name);
    }

    [Fact]
    public async Task APromptedSongCanBeMadeAgain()
    {
        string[] song =
        [
            "--lyrics", "[verse] Snow on the harbour", "--prompt-vocal", At("female_vocal.flac"), "--seed", "4",
            "--prompt", At("female.flac"),
        ];
        Assert.Equal(0, await Demo("first", song));
        Assert.Equal(0, await Demo("again", song));
        Assert.Equal(0, await Demo("other", [.. song[..^1], At("male.flac")]));
        Assert.Equal(0, await Demo("none", song[..2]));
        byte[] sound = File.ReadAllBytes(PathOf("first", "audios/song.wav"));
        Assert.Equal(sound, File.ReadAllBytes(PathOf("again", "audios/song.wav")));
        Assert.NotEqual(sound, File.ReadAllBytes(PathOf("other", "audios/song.wav")));
        Assert.NotEqual(sound, File.ReadAllBytes(PathOf("none", "audios/song.wav")));
        Assert.Equal(At("female.flac"), Record("first")["prompt_audio_path"]!.GetValue<string>());
    }

    [Fact]
    public async Task AMixWithoutSeparatorCostsItsLine()
    {
        string input = Input(
            $$"""{"idx": "mix", "gt_lyric": "[verse] A", "prompt_audio_path": "{{At("male.flac")}}"}""",
            """{"idx": "plain", "gt_lyric": "[verse] B"}""");
        Assert.Equal(3, await Demo("out", "--input", input));
        Assert.Contains("error: songs.jsonl:1: the stem separator can't be loaded:", error.ToString());
        Assert.Contains(Path.Combine(Repository.Root, "models", "levo-demo", "third_party", "demucs", "ckpt", "htdemucs.pth"),
            error.ToString());
        Assert.Contains("1 of 2 songs made", error.ToString());
    }

    [Fact]
    public async Task ABrokenRecordingCostsItsLinesBeforeTheModelIsLoaded()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "text.wav"), "no sound");
        string input = Input(
            """{"idx": "a", "gt_lyric": "[verse] A", "prompt_audio_path": "text.wav", "prompt_vocal_path": "text.wav"}""",
            """{"idx": "b", "gt_lyric": "[verse] B", "auto_prompt_audio_type": "Polka"}""");
        var model = new FakeModel();
        Assert.Equal(2, await Fake(model, "--input", input, "--auto-prompts", AutoPromptFile));
        Assert.Equal(0, model.Loads);
        Assert.Contains($"error: songs.jsonl:1: '{Path.Combine(folder.FullName, "text.wav")}'", error.ToString());
        Assert.Contains(
            $"error: songs.jsonl:2: auto_prompt_audio_type: '{AutoPromptFile}' has no genre 'Polka'; it has ", error.ToString());
    }

    [Fact]
    public async Task WhereReadyMadePromptsWereLookedForIsTold()
    {
        Assert.Equal(2, await Fake(new(), "--lyrics", "[verse] A", "--prompt-genre", "Pop"));
        Assert.Contains("error: --prompt-genre: there is no file of ready-made prompts; ", error.ToString());
        Assert.Contains($"'{Path.Combine(folder.FullName, "tools", "new_auto_prompt.pt")}'", error.ToString());
    }

    [Fact]
    public async Task TakesDrawPromptsOfTheirOwn()
    {
        var model = new FakeModel();
        Assert.Equal(0, await Fake(model,
            "--lyrics", "[verse] A", "--prompt-genre", "pop", "--auto-prompts", AutoPromptFile, "--takes", "8"));
        Assert.InRange(model.Requests.Select(request => string.Join(',', request.Prompt!.Tokens.Row(0).ToArray())).Distinct().Count(), 2, 4);
    }

    [Fact]
    public async Task AnotherPromptStartsOver()
    {
        string prompts = Path.Combine(folder.FullName, "prompts.safetensors");
        File.Copy(AutoPromptFile, prompts);
        string input = Input(
            """{"idx": "a", "gt_lyric": "[verse] A", "auto_prompt_audio_type": "pop"}""",
            """{"idx": "b", "gt_lyric": "[verse] B", "auto_prompt_audio_type": "pop"}""");
        string[] args = ["--input", input, "--auto-prompts", prompts];
        await Interrupt();
        Assert.Equal(["B"], await Made());
        await Interrupt();
        byte[] content = File.ReadAllBytes(prompts);
        content[^4] ^= 1; // the last code of the last prompt
        File.WriteAllBytes(prompts, content);
        Assert.Equal(["A", "B"], await Made());

        // Interrupts the second song.
        async Task Interrupt()
        {
            using var stop = new CancellationTokenSource();
            var model = new FakeModel { OnSong = song => { if (song == 2) stop.Cancel(); } };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fake(model, stop.Token, args));
        }

        async Task<string[]> Made()
        {
            var model = new FakeModel();
            Assert.Equal(0, await Fake(model, args));
            return [.. model.Requests.Select(request => request.Lyrics!.Sections[0].Sentences[0])];
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static string At(string file) => Path.Combine(Songs, "prompts", file);

    private string PathOf(string run, string file) => Path.Combine(folder.FullName, run, file);

    private JsonNode Request(string run, string song) =>
        JsonNode.Parse(File.ReadAllText(PathOf(run, $"audios/{song}.json")))!["request"]!;

    private JsonNode Record(string run) => JsonNode.Parse(File.ReadAllText(PathOf(run, "jsonl/song.jsonl")))!;

    private string Input(params string[] lines)
    {
        string path = Path.Combine(folder.FullName, "songs.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }

    /// <summary>Short songs of the demo.</summary>
    private Task<int> Demo(string run, params string[] args) => new ComposeApp(new(output, error)).RunAsync(
        [.. args, "--output", Path.Combine(folder.FullName, run), "--model", Path.Combine(Repository.Root, "models", "levo-demo"),
            "--duration", "1.5", "--format", "wav", "--no-prompt-cache"], TestContext.Current.CancellationToken);

    private Task<int> Fake(FakeModel model, params string[] args) => Fake(model, TestContext.Current.CancellationToken, args);

    private Task<int> Fake(FakeModel model, CancellationToken cancellation, params string[] args) =>
        new ComposeApp(new(output, error), model.Load).RunAsync(
            [.. args, "--output", Path.Combine(folder.FullName, "out"), "--model", folder.FullName], cancellation);
}
