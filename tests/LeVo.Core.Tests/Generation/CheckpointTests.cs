using LeVo.Core.Generation;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Testing;
using LeVo.Testing.Faults;

namespace LeVo.Core.Tests.Generation;

/// <summary>Songs that go on after their process has ended.</summary>
public sealed class CheckpointTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Checkpoint => folder["song.json"];

    private SongRequest Request => new()
    {
        Lyrics = Lyrics.Parse("[verse] the river is singing. oh ; [chorus] 春天的风"),
        Description = "pop, warm",
        Duration = TimeSpan.FromSeconds(1.4),
        Seed = 3,
        CheckpointPath = Checkpoint,
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
    public async Task AFinishedSongIsNotWrittenAgain()
    {
        var engine = new ScriptedEngine();
        using LeVoModel scripted = ScriptedEngine.Model(engine);
        SongTokens song = await new TokenGenerator(scripted).GenerateTokensAsync(Request, null, Ct);
        Assert.True(SongCheckpoint.Load(Checkpoint).Finished);
        SongTokens again = await new TokenGenerator(scripted).GenerateTokensAsync(Request, null, Ct);
        Assert.Equal(Rows(song), Rows(again));
        Assert.Single(engine.Songs);
        await Assert.ThrowsAsync<GenerationCanceledException>(
            () => new TokenGenerator(scripted).GenerateTokensAsync(Request, null, new CancellationToken(true)));
    }

    public static TheoryData<string> Others => ["seed", "lyrics", "duration", "options", "beginning", "broken", "empty"];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task WhatBelongsToAnotherSongIsReplaced(string what)
    {
        using LeVoModel scripted = ScriptedEngine.Model(new());
        var generator = new TokenGenerator(scripted);
        SongTokens first = await generator.GenerateTokensAsync(Request, null, Ct);
        if (what is "broken" or "empty")
            File.WriteAllText(Checkpoint, what == "empty" ? "" : File.ReadAllText(Checkpoint)[..^9]);
        SongRequest other = what switch
        {
            "seed" => Request with { Seed = 4 },
            "lyrics" => Request with { Lyrics = Lyrics.Parse("[verse] another") },
            "duration" => Request with { Duration = TimeSpan.FromSeconds(1) },
            "options" => Request with { Options = new() { TopK = 5 } },
            "beginning" => Request with { Beginning = first.Slice(3, 9) },
            _ => Request,
        };
        SongTokens alone = await generator.GenerateTokensAsync(other with { CheckpointPath = null }, null, Ct);
        Assert.Equal(Rows(alone), Rows(await generator.GenerateTokensAsync(other, null, Ct)));
        Assert.Equal(Rows(alone), SongCheckpoint.Load(Checkpoint).Tokens);
        Assert.Equal(["song.json"], folder.Names);
    }

    [Fact]
    public async Task APlaceThatCannotBeWrittenIsToldBeforeTheWork()
    {
        var engine = new ScriptedEngine();
        using LeVoModel scripted = ScriptedEngine.Model(engine);
        File.WriteAllText(folder["file"], "");
        SongRequest request = Request with { CheckpointPath = folder["file/song.json"] };
        await Assert.ThrowsAnyAsync<IOException>(
            () => new TokenGenerator(scripted).GenerateTokensAsync(request, null, Ct));
        Assert.Empty(engine.Songs);
        Assert.Throws<ArgumentException>(
            () => new TokenGenerator(scripted).GenerateFramesAsync(Request with { Seed = null }, null, Ct));
    }

    [Fact]
    public async Task APlaceThatIsLostUnderWayCostsTheCheckpointAlone()
    {
        using LeVoModel scripted = ScriptedEngine.Model(new());
        string place = Directory.CreateDirectory(folder["place"]).FullName;
        var generator = new TokenGenerator(scripted) { CheckpointInterval = TimeSpan.Zero };
        SongRequest request = Request with { CheckpointPath = Path.Combine(place, "song.json") };
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
        var checkpoint = new SongCheckpoint
        {
            Key = new("0123", "[verse] 雪", "pop", "ab", 9, 7, new()),
            Tokens = [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
        };
        checkpoint.Save(Checkpoint);
        Assert.Equal(checkpoint.Key, SongCheckpoint.Load(Checkpoint).Key);
        var target = new FuzzTarget("song checkpoint", [File.ReadAllBytes(Checkpoint)], input =>
        {
            File.WriteAllBytes(folder["bad"], input);
            SongCheckpoint.Load(folder["bad"]);
        }, typeof(InvalidDataException));
        int inputs = LongChecks.Count("LEVO_FUZZ_INPUTS", 20_000) / 20;
        Assert.InRange(Fuzzer.Run(target, inputs, LongChecks.Count("LEVO_FUZZ_SEED", 1)), 1, inputs - 1);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>What a kill leaves is the file as it stands at that moment; it is copied there and then.</summary>
    private async Task KillAtRandomSteps(LeVoModel loaded, SongRequest request, int kills)
    {
        var generator = new TokenGenerator(loaded) { CheckpointInterval = TimeSpan.Zero };
        SongTokens whole = await generator.GenerateTokensAsync(request with { CheckpointPath = null }, null, Ct);
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
                        File.Copy(Checkpoint, left);
                    if (done == step)
                        cancellation.Cancel();
                }), cancellation.Token));
            int kept = SongCheckpoint.Load(left).Tokens[0].Length;
            Assert.InRange(kept, 0, whole.Frames);
            Assert.Equal(Rows(whole.Slice(0, kept)), SongCheckpoint.Load(left).Tokens);
            SongTokens resumed = await generator.GenerateTokensAsync(request with { CheckpointPath = left }, null, Ct);
            Assert.Equal(Rows(whole), Rows(resumed));
            File.Delete(Checkpoint);
        }
    }

    private static int[][] Rows(SongTokens song) =>
        [song.Mixed.ToArray(), song.Vocal.ToArray(), song.Accompaniment.ToArray()];

    private sealed class Listener(Action<int> stepped) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value)
        {
            if (value.Stage == SongStage.Tokens)
                stepped(value.Done);
        }
    }
}
