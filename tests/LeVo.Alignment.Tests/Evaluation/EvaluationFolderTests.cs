using LeVo.Alignment.Data;
using LeVo.Alignment.Evaluation;
using LeVo.Core.Audio;
using LeVo.Testing;
using LeVo.Testing.Faults;

namespace LeVo.Alignment.Tests.Evaluation;

public sealed class EvaluationFolderTests : IDisposable
{
    private const string Request = """
        {"request": {"lyrics": "[verse] la", "description": "pop", "part": "Mixed", "duration_seconds": 4.5}}
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-evaluation-");

    [Fact]
    public async Task SongsOfComposeHaveTheirRequestAndStems()
    {
        await WriteAsync("audios/b.flac", 3);
        await WriteAsync("audios/b_vocal.flac", 1);
        await WriteAsync("audios/b_bgm.flac", 2);
        await WriteAsync("audios/b_prompt.wav", 5);
        File.WriteAllText(At("audios/b.json"), Request);
        await WriteAsync("audios/a.wav", 4);
        IReadOnlyList<EvaluationSong> songs = EvaluationFolder.Find(folder.FullName, "en");
        Assert.Equal(["a", "b"], songs.Select(song => song.Name));
        Assert.Null(songs[0].RequestedLength);
        Assert.Equal(4.5, songs[1].RequestedLength!.Value.TotalSeconds);
        SongSample song = songs[1].Load();
        Assert.Equal(("[verse] la", "pop", "en"), (song.Condition.Lyrics, song.Condition.Description, song.Language));
        Assert.Equal([3, 1, 2, 5],
            new[] { song.Mix!, song.Vocal!, song.Accompaniment!, song.PromptAudio! }.Select(sound => sound.Length));
        Assert.Null(songs[0].Load().Vocal);
    }

    [Fact]
    public async Task TrainingSongsAreTheSumOfTheirStems()
    {
        await WriteAsync("one.vocal.wav", 7);
        await WriteAsync("one.accompaniment.wav", 7);
        File.WriteAllText(At("one.txt"), "[verse]\nla la\n");
        File.WriteAllText(At("one.description.txt"), "pop\n");
        EvaluationSong only = Assert.Single(EvaluationFolder.Find(folder.FullName));
        SongSample song = only.Load();
        Assert.Equal(("one", "pop", "[verse]\nla la\n"), (only.Name, song.Condition.Description, song.Condition.Lyrics));
        Assert.Equal(0.2f, song.Mix!.Channels[0][0], 1e-3);
    }

    [Fact]
    public async Task AVocalAloneIsNoMix()
    {
        await WriteAsync("one.flac", 7);
        File.WriteAllText(At("one.json"), Request.Replace("Mixed", "vocal"));
        SongSample song = EvaluationFolder.Find(folder.FullName)[0].Load();
        Assert.Equal((null, 7), (song.Mix, song.Vocal!.Length));
    }

    [Fact]
    public void AFolderWithoutSoundIsRefused()
    {
        Assert.Contains("no sound files", Assert.Throws<InvalidDataException>(() =>
            EvaluationFolder.Find(folder.FullName)).Message);
        Assert.Throws<DirectoryNotFoundException>(() => EvaluationFolder.Find(At("missing")));
    }

    [Theory]
    [InlineData("[]", "no object 'request'")]
    [InlineData("{\"request\": {\"lyrics\": 3}}", "'lyrics' is Number")]
    [InlineData("{\"request\": {\"part\": \"Bass\"}}", "no part 'Bass'")]
    [InlineData("{\"request\": {\"duration_seconds\": -1}}", "'duration_seconds' is -1")]
    [InlineData("{", "not valid JSON")]
    public async Task ADamagedRequestIsNamedWhenItsSongIsRead(string json, string message)
    {
        await WriteAsync("one.wav", 3);
        File.WriteAllText(At("one.json"), json);
        EvaluationSong song = EvaluationFolder.Find(folder.FullName)[0];
        string found = Assert.Throws<InvalidDataException>(() => song.Load()).Message;
        Assert.Contains(message, found);
        Assert.Contains("one.json", found);
    }

    [Fact]
    public void DamagedRequests() => Assert.InRange(Fuzzer.Run(new("request file", [System.Text.Encoding.UTF8.GetBytes(Request)],
        input => RequestFile.Parse(System.Text.Encoding.UTF8.GetString(input), "one.json"), typeof(InvalidDataException)),
        LongChecks.Count("LEVO_FUZZ_INPUTS", 20_000) / 10, LongChecks.Count("LEVO_FUZZ_SEED", 1)), 1, int.MaxValue);

    public void Dispose() => folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(folder.FullName, name);

    private Task WriteAsync(string name, int length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        return AudioFile.WriteAsync(At(name), new([[.. Enumerable.Repeat(0.1f, length)], new float[length]], 48_000), default,
            TestContext.Current.CancellationToken);
    }
}
