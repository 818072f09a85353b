using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Testing;
using LeVo.Testing.Faults;

namespace LeVo.Core.Tests.Generation;

/// <summary>Songs that go on after their process has ended.</summary>
public sealed class SongProgressTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string ProgressFile => folder["song.json"];

    private SongRequest Request => new()
    {
        Lyrics = Lyrics.Parse("[verse] the river is singing. oh ; [chorus] 春天的风"),
        Description = "pop, warm",
        Duration = TimeSpan.FromSeconds(1.4),
        Seed = 3,
        ProgressPath = ProgressFile,
    };

    [Fact]
    public async Task ASongKilledAtAnyStepGoesOnToTheSameEnd()
    {
        using LeVoModel scripted = ScriptedEngine.Model(new(endChance: 0.01));
        await KillAtRandomSteps(scripted, Request with { Duration = TimeSpan.FromSeconds(4) }, 30);
    }

    [Fact]
    public async Task ASongOfLibtorchKilledAtRandomStepsGoesOnToTheSameEnd()
    {
        using LeVoModel torch = LeVoModel.Load(model.Path);
        await KillAtRandomSteps(torch, Request, LongChecks.Count("LEVO_RESUMES", 6));
    }

    [Fact]
    public async Task NoStepIsComputedAgainWhereTracksAreDelayedByTenSeconds()
    {
        LeLmConfig config = ScriptedSequence.Tiny with { Delays = [0, 250, 250], MaxSeconds = 14 };
        SongRequest request = Request with { Duration = TimeSpan.FromSeconds(14) };
        const int Kill = 100;
        using (LeVoModel killed = ScriptedEngine.Model(new(config)))
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            await Assert.ThrowsAsync<GenerationCanceledException>(() => ScriptedEngine.Generator(killed, TimeSpan.Zero)
                .GenerateTokensAsync(request, new Listener(done =>
                {
                    if (done == Kill)
                        cancellation.Cancel();
                }), cancellation.Token));
        }
        Assert.Equal([Kill, 0, 0], SongProgress.Load(ProgressFile).Tokens.Select(row => row.Length));

        int steps = 0;
        List<GenerationProgress> reports = [];
        using LeVoModel resuming = ScriptedEngine.Model(new(config) { Reading = () => steps++ });
        SongTokens resumed = await resuming.CreateTokenGenerator()
            .GenerateTokensAsync(request, new AllReports(reports), Ct);
        Assert.Equal(350 + 250 - Kill, steps);
        Assert.All(reports.Where(report => report.Stage == SongStage.Tokens),
            report => Assert.Equal((steps, Kill), (report.Total, report.Resumed)));
        using LeVoModel other = ScriptedEngine.Model(new(config));
        Assert.Equal(await other.CreateTokenGenerator().GenerateTokensAsync(request with { ProgressPath = null }, null, Ct),
            resumed);
    }

    [Fact]
    public async Task AFinishedSongIsNotWrittenAgain()
    {
        var engine = new ScriptedEngine();
        using LeVoModel scripted = ScriptedEngine.Model(engine);
        SongTokens song = await scripted.CreateTokenGenerator().GenerateTokensAsync(Request, null, Ct);
        Assert.True(SongProgress.Load(ProgressFile).Finished);
        SongTokens again = await scripted.CreateTokenGenerator().GenerateTokensAsync(Request, null, Ct);
        Assert.Equal(Rows(song), Rows(again));
        Assert.Single(engine.Songs);
        await Assert.ThrowsAsync<GenerationCanceledException>(
            () => scripted.CreateTokenGenerator().GenerateTokensAsync(Request, null, new CancellationToken(true)));
    }

    public static TheoryData<string> Others => ["seed", "lyrics", "duration", "options", "beginning", "broken", "empty"];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task WhatBelongsToAnotherSongIsReplaced(string what)
    {
        using LeVoModel scripted = ScriptedEngine.Model(new());
        var generator = scripted.CreateTokenGenerator();
        SongTokens first = await generator.GenerateTokensAsync(Request, null, Ct);
        if (what is "broken" or "empty")
            File.WriteAllText(ProgressFile, what == "empty" ? "" : File.ReadAllText(ProgressFile)[..^9]);
        SongRequest other = what switch
        {
            "seed" => Request with { Seed = 4 },
            "lyrics" => Request with { Lyrics = Lyrics.Parse("[verse] another") },
            "duration" => Request with { Duration = TimeSpan.FromSeconds(1) },
            "options" => Request with { Options = new() { TopK = 5 } },
            "beginning" => Request with { Beginning = first.Slice(3, 9) },
            _ => Request,
        };
        SongTokens alone = await generator.GenerateTokensAsync(other with { ProgressPath = null }, null, Ct);
        Assert.Equal(Rows(alone), Rows(await generator.GenerateTokensAsync(other, null, Ct)));
        Assert.Equal(Rows(alone), SongProgress.Load(ProgressFile).Tokens);
        Assert.Equal(["song.json"], folder.Names);
    }

    [Fact]
    public async Task APlaceThatCannotBeWrittenIsToldBeforeTheWork()
    {
        var engine = new ScriptedEngine();
        using LeVoModel scripted = ScriptedEngine.Model(engine);
        File.WriteAllText(folder["file"], "");
        SongRequest request = Request with { ProgressPath = folder["file/song.json"] };
        await Assert.ThrowsAnyAsync<IOException>(
            () => scripted.CreateTokenGenerator().GenerateTokensAsync(request, null, Ct));
        Assert.Empty(engine.Songs);
        Assert.Throws<ArgumentException>(
            () => scripted.CreateTokenGenerator().GenerateFramesAsync(Request with { Seed = null }, null, Ct));
    }

    [Fact]
    public async Task APlaceThatIsLostUnderWayCostsTheCheckpointAlone()
    {
        using LeVoModel scripted = ScriptedEngine.Model(new());
        string place = Directory.CreateDirectory(folder["place"]).FullName;
        var generator = ScriptedEngine.Generator(scripted, TimeSpan.Zero);
        SongRequest request = Request with { ProgressPath = Path.Combine(place, "song.json") };
        SongTokens song = await generator.GenerateTokensAsync(request, new Listener(done =>
        {
            if (done == 9)
                Directory.Delete(place, recursive: true);
        }), Ct);
        Assert.Equal(35, song.Frames);
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void DamagedCheckpointsNeverFailInAnotherWay()
    {
        var checkpoint = new SongProgress
        {
            Key = new("0123", "[verse] 雪", "pop", "ab", 9, 7, new()),
            Tokens = [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
        };
        checkpoint.Save(ProgressFile);
        Assert.Equal(checkpoint.Key, SongProgress.Load(ProgressFile).Key);
        var target = new FuzzTarget("song checkpoint", [File.ReadAllBytes(ProgressFile)], input =>
        {
            File.WriteAllBytes(folder["bad"], input);
            SongProgress.Load(folder["bad"]);
        }, typeof(InvalidDataException));
        int inputs = LongChecks.Count("LEVO_FUZZ_INPUTS", 20_000) / 20;
        Assert.InRange(Fuzzer.Run(target, inputs, LongChecks.Count("LEVO_FUZZ_SEED", 1)), 1, inputs - 1);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>What a kill leaves is the file as it stands at that moment; it is copied there and then.</summary>
    private async Task KillAtRandomSteps(LeVoModel loaded, SongRequest request, int kills)
    {
        var generator = ScriptedEngine.Generator(loaded, TimeSpan.Zero);
        SongTokens whole = await generator.GenerateTokensAsync(request with { ProgressPath = null }, null, Ct);
        var random = new Random(kills);
        for (int kill = 0; kill < kills; kill++)
        {
            int step = random.Next(1, whole.Frames + 2);
            string left = folder[$"killed{kill}.json"];
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            await Assert.ThrowsAsync<GenerationCanceledException>(() => generator.GenerateTokensAsync(
                request, new Listener(done =>
                {
                    if (done == step)
                        File.Copy(ProgressFile, left);
                    if (done == step)
                        cancellation.Cancel();
                }), cancellation.Token));
            int[][] kept = SongProgress.Load(left).Tokens;
            Assert.All(Rows(whole).Zip(kept), rows => Assert.Equal(
                rows.First.Take(rows.Second.Length), rows.Second.Take(rows.First.Length)));
            SongTokens resumed = await generator.GenerateTokensAsync(request with { ProgressPath = left }, null, Ct);
            Assert.Equal(Rows(whole), Rows(resumed));
            File.Delete(ProgressFile);
        }
    }

    private static int[][] Rows(SongTokens song) =>
        [song.Row(SongPart.Mixed).ToArray(), song.Row(SongPart.Vocal).ToArray(), song.Row(SongPart.Accompaniment).ToArray()];

    private sealed class AllReports(List<GenerationProgress> reports) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value) => reports.Add(value);
    }

    private sealed class Listener(Action<int> stepped) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value)
        {
            if (value.Stage == SongStage.Tokens)
                stepped(value.Done);
        }
    }
}
