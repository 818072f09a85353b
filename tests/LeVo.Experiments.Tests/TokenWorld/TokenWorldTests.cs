using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;
using LeVo.Experiments.TokenWorld;

namespace LeVo.Experiments.Tests.TokenWorld;

public sealed class TokenWorldTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("levo-world-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string> Worlds => ["plain", "crowded"];

    [Theory]
    [MemberData(nameof(Worlds))]
    public void TrueSongsScoreAsTheRulesSay(string name)
    {
        WorldCodes codes = Of(name).Codes;
        SongSample[] samples = [.. Enumerable.Range(0, 300).Select(seed =>
            new SongSample(WorldSong.Condition(seed), WorldSong.Create(codes, seed).Tokens, 0))];
        (WorldScores Tracks, WorldScores Mixed)[] songs = [.. samples.Select(song =>
            (WorldScores.Of(codes, song.Condition, song.Tokens), WorldScores.OfMixed(codes, song.Condition, song.Tokens)))];
        Assert.All(songs, song => Assert.Equal(0, song.Tracks.Phones.Errors));
        Assert.All(songs, song => Assert.Equal(0, song.Tracks.Mix.Errors));
        Assert.All(songs, song => Assert.Equal(1, song.Tracks.Prompt));
        Assert.InRange(songs.Average(song => song.Tracks.Harmony), 0.8, 0.99);
        Assert.InRange(songs.Max(song => song.Tracks.Musicality) - songs.Min(song => song.Tracks.Musicality), 0.3, 1);
        // Two of twenty phones are heard as others in the mix; the chords are all there.
        Assert.InRange(Measured.Of(codes, samples, mixedAlone: true).PhoneErrorRate, 0.07, 0.13);
        Assert.All(songs, song => Assert.Equal(1, song.Mixed.Prompt));
    }

    [Fact]
    public void OtherLyricsAndOtherSongsScoreBadly()
    {
        WorldCodes codes = World.Plain.Codes;
        SongSample[] wrong = [.. Enumerable.Range(0, 100).Select(seed =>
            new SongSample(WorldSong.Condition(seed + 1000), WorldSong.Create(codes, seed).Tokens, 0))];
        Measured measured = Measured.Of(codes, wrong);
        Assert.InRange(measured.PhoneErrorRate, 0.8, 1.2);
        Assert.InRange(measured.Prompt, 0.1, 0.7);
        WorldScores noise = WorldScores.Of(codes, WorldSong.Condition(1), SongTokens.FromRows([95, 95], [95, 95], [95, 95]));
        Assert.Equal((0.0, 0.0, 0.0), (noise.Prompt, noise.Harmony, noise.Musicality));
        Assert.True(noise.Phones.Rate > 0.9);
        Assert.Equal(1, WorldScores.Of(codes, WorldSong.Condition(1), SongTokens.FromRows([], [], [])).Phones.Rate);
    }

    [Fact]
    public void VarietyIsTheShareOfOtherPitches()
    {
        WorldCodes codes = World.Plain.Codes;
        SongSample one = Song(0, 1, 2, 3), other = Song(0, 1, 3, 2), rest = Song(-1, -1, -1, -1);
        Assert.Equal(0, WorldScores.Variety(codes, one, one));
        Assert.Equal(0.5, WorldScores.Variety(codes, one, other));
        Assert.Equal(0, WorldScores.Variety(codes, one, rest));

        SongSample Song(params int[] pitches)
        {
            int[] vocal = [.. pitches.Select(pitch => codes.Vocal(pitch < 0 ? -1 : 3, pitch))];
            return new(WorldSong.Condition(1), SongTokens.FromRows(vocal, vocal, vocal), 0);
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void CodesMeanWhatTheySay(string name)
    {
        WorldCodes codes = Of(name).Codes;
        for (int phone = -1; phone < WorldCodes.Phones; phone++)
        {
            for (int other = 0; other < 4; other++)
            {
                (int Phone, int Pitch) heard = codes.ReadVocal(codes.Vocal(phone, other, codes.Ornaments - 1))!.Value;
                Assert.Equal((phone, phone < 0 ? 0 : other), heard);
                int mixed = codes.Mixed(phone, other, 3);
                Assert.InRange(mixed, 0, codes.Size - 1);
                Assert.Equal((WorldCodes.InTheMix(phone), other), codes.ReadMixed(mixed));
                for (int instrument = 0; instrument < 3; instrument++)
                    Assert.Equal((other, instrument),
                        codes.ReadAccompaniment(codes.Accompaniment(other, 3, instrument, codes.Fills - 1)));
            }
        }
        Assert.Equal([-1, 0, 15, 16, 16, 18, 18], ((int[])[-1, 0, 15, 16, 17, 18, 19]).Select(WorldCodes.InTheMix));
        Assert.Null(codes.ReadVocal(codes.SilentVocal + 1));
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void ASongFollowsFromItsSeedAndFitsTheModel(string name)
    {
        World world = Of(name);
        for (int seed = 0; seed < 500; seed++)
        {
            TrainingSong song = WorldSong.Create(world.Codes, seed);
            Assert.Equal(song.Tokens.Row(SongPart.Vocal).ToArray(),
                WorldSong.Create(world.Codes, seed).Tokens.Row(SongPart.Vocal).ToArray());
            Assert.InRange(song.Tokens.Frames, 8, (int)(world.Model.MaxSeconds * WorldSong.FrameRate));
            Assert.All(song.LyricsTokens, token => Assert.InRange(token, 3, world.Model.LyricsLength - 1));
            Assert.InRange(song.Description!.Length + 1, 1, world.Model.DescriptionLength);
        }
    }

    [Fact]
    public void TheModelIsTiny() => Assert.InRange(
        TrainingMemory.Estimate(World.Plain.Model, LeLmStage.Joint, new(), 1, 30).Parameters, 200_000, 300_000);

    [Fact]
    public async Task TheExperimentRunsAndContinuesWhereItWasStopped()
    {
        var log = new List<string>();
        IReadOnlyDictionary<string, Measured> first = await RunAsync(log);
        Assert.Contains(log, line => line.Contains("training mixed", StringComparison.Ordinal));
        log.Clear();
        IReadOnlyDictionary<string, Measured> second = await RunAsync(log);
        Assert.Empty(log);
        Assert.Equal(first, second);
        string table = Report.Write([first, second]);
        foreach (string system in (string[])[Systems.Full, Systems.NoDpo, Systems.Joint, Systems.NoDecoder,
            Systems.NoDualTracks,
            Systems.NoDelay, Systems.Lyrics, Systems.Prompt, Systems.Musicality, Systems.Cooler(0.7), Systems.Guided, Systems.Sweep(1), Systems.Sweep(0)])
        {
            Assert.Contains($"| {system} | ", table);
        }
        Assert.Contains("± 0.0 |", table);

        Task<IReadOnlyDictionary<string, Measured>> RunAsync(List<string> lines) =>
            new Experiment(new(folder, World.Plain, 1, Budget.Tiny, lines.Add)).RunAsync(Parts.All, TestContext.Current.CancellationToken);
    }

    private static World Of(string name) => name == World.Plain.Name ? World.Plain : World.Crowded;
}
