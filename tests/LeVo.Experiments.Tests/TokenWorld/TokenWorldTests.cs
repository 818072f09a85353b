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

    [Fact]
    public void TrueSongsScoreAsTheRulesSay()
    {
        (SongCondition Condition, WorldScores Tracks,
            WorldScores Mixed)[] songs = [.. Enumerable.Range(0, 300).Select(seed =>
        {
            TrainingSong song = WorldSong.Create(seed);
            SongCondition condition = WorldSong.Condition(seed);
            return (condition, WorldScores.Of(condition, song.Tokens), WorldScores.OfMixed(condition, song.Tokens));
        })];
        Assert.All(songs, song => Assert.Equal(0, song.Tracks.Phones.Errors));
        Assert.All(songs, song => Assert.Equal(1, song.Tracks.Prompt));
        Assert.InRange(songs.Average(song => song.Tracks.Harmony), 0.8, 0.99);
        Assert.InRange(songs.Max(song => song.Tracks.Musicality) - songs.Min(song => song.Tracks.Musicality), 0.3, 1);
        // Two of twenty phones are heard as others in the mix; the chords are all there.
        Assert.InRange(Measured.Of([.. songs.Select(song => song.Mixed)]).PhoneErrorRate, 0.07, 0.13);
        Assert.All(songs, song => Assert.Equal(1, song.Mixed.Prompt));
    }

    [Fact]
    public void OtherLyricsAndOtherSongsScoreBadly()
    {
        WorldScores[] wrong = [.. Enumerable.Range(0, 100).Select(seed =>
            WorldScores.Of(WorldSong.Condition(seed + 1000), WorldSong.Create(seed).Tokens))];
        Measured measured = Measured.Of(wrong);
        Assert.InRange(measured.PhoneErrorRate, 0.8, 1.2);
        Assert.InRange(measured.Prompt, 0.1, 0.7);
        WorldScores noise = WorldScores.Of(WorldSong.Condition(1), SongTokens.FromRows([95, 95], [95, 95], [95, 95]));
        Assert.Equal((0.0, 0.0, 0.0), (noise.Prompt, noise.Harmony, noise.Musicality));
        Assert.True(noise.Phones.Rate > 0.9);
        Assert.Equal(1, WorldScores.Of(WorldSong.Condition(1), SongTokens.FromRows([], [], [])).Phones.Rate);
    }

    [Fact]
    public void CodesMeanWhatTheySay()
    {
        for (int phone = -1; phone < WorldCodes.Phones; phone++)
        {
            for (int other = 0; other < 4; other++)
            {
                (int Phone, int Pitch) heard = WorldCodes.ReadVocal(WorldCodes.Vocal(phone, other))!.Value;
                Assert.Equal((phone, phone < 0 ? 0 : other), heard);
                int mixed = WorldCodes.Mixed(phone, other);
                Assert.InRange(mixed, 0, WorldCodes.CodeSize - 1);
                Assert.Equal((phone < 16 ? phone : phone / 2 * 2, other), WorldCodes.ReadMixed(mixed));
                for (int instrument = 0; instrument < 3; instrument++)
                    Assert.Equal((other, instrument),
                        WorldCodes.ReadAccompaniment(WorldCodes.Accompaniment(other, 3, instrument)));
            }
        }
    }

    [Fact]
    public void ASongFollowsFromItsSeedAndFitsTheModel()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            TrainingSong song = WorldSong.Create(seed);
            Assert.Equal(song.Tokens.Row(SongPart.Vocal).ToArray(), WorldSong.Create(seed).Tokens.Row(SongPart.Vocal).ToArray());
            Assert.InRange(song.Tokens.Frames, 8, (int)(WorldModels.Full.MaxSeconds * WorldSong.FrameRate));
            Assert.All(song.LyricsTokens, token => Assert.InRange(token, 3, WorldModels.Full.LyricsLength - 1));
            Assert.InRange(song.Description!.Length + 1, 1, WorldModels.Full.DescriptionLength);
        }
    }

    [Fact]
    public void TheModelIsTiny() => Assert.InRange(
        TrainingMemory.Estimate(WorldModels.Full, LeLmStage.Joint, new(), 1, 30).Parameters, 200_000, 300_000);

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
            Systems.NoDelay, Systems.Lyrics, Systems.Prompt, Systems.Musicality, Systems.Sweep(1), Systems.Sweep(0)])
        {
            Assert.Contains($"| {system} | ", table);
        }
        Assert.Contains("± 0.0 |", table);

        Task<IReadOnlyDictionary<string, Measured>> RunAsync(List<string> lines) =>
            new Experiment(folder, 1, Budget.Tiny, lines.Add).RunAsync(TestContext.Current.CancellationToken);
    }
}
