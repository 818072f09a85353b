using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Generation;

/// <summary>The whole path from a model folder on libtorch, at tiny size.</summary>
public sealed class TorchGenerationTests(TinyModelFolder folder) : IClassFixture<TinyModelFolder>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFolderBecomesASong()
    {
        await using ServiceProvider provider = new ServiceCollection().AddSingleton<IMusicCodec, ToneCodec>()
            .AddLeVo(o => o.ModelPath = folder.Path).Services.BuildServiceProvider();
        ITokenGenerator tokens = provider.GetRequiredService<ITokenGenerator>();
        Assert.Equal(TimeSpan.FromSeconds(1.44), tokens.Model.MaxDuration);
        Assert.Equal(GenerationOptions.Of(new(0.9, 7, 2, 9)), tokens.Model.Options);
        Assert.Equal(64, tokens.Model.Hash.Length);
        Song song = await provider.GetRequiredService<ISongGenerator>().GenerateAsync(SeededSong.Request, null, Ct);
        Assert.InRange(song.Tokens.Frames, 1, 36);
        Assert.Equal(song.Tokens.Frames * ToneCodec.SamplesPerFrame, song.Audio.Length);
    }

    [Fact]
    public Task SeedsRepeatSongsAcrossLoadsAndNeighbours() => SeededSong.RepeatsAcrossLoadsAndNeighbours(Load);

    [Fact]
    public Task ASongContinuesFromItsBeginning() => SeededSong.ContinuesFromItsBeginning(Load);

    [Fact]
    public void LyricsThatDoNotFitAreFound()
    {
        using LeVoModel model = LeVoModel.Load(folder.Path);
        Assert.Empty(model.Check(Lyrics.Parse("[verse] oh")));
        Lyrics endless = Lyrics.Parse("[verse] " + string.Concat(Enumerable.Repeat("river ", 60)));
        Assert.Equal(LyricsCodes.TooLong, Assert.Single(model.Check(endless)).Code);
    }

    [Fact]
    public void LongConditionsAreReadInPieces()
    {
        LeVoRuntime.EnsureTorch();
        LeLmConfig config = SeededLeLm.Tiny with { LyricsLength = 300 };
        var preparer = new ConditionPreparer(config, new LetterTokenizer(), new LetterTokenizer());
        var song = new SongCondition("[verse] la", "pop");
        int[] columns = [12, 1, 12, 12, 12, 2];
        float[] logits = new float[36], unconditional = new float[36];
        var heard = new List<int>();
        using (TorchEngine engine = Engine())
        {
            using ILeLmSequence sequence = engine.Start(preparer, song, 4);
            sequence.Prefill(columns, logits, unconditional, heard.Add, Ct);
            Assert.Equal([128, 256, 309], heard);

            using var cancellation = new CancellationTokenSource();
            using ILeLmSequence stopped = engine.Start(preparer, song, 4);
            Assert.Throws<OperationCanceledException>(() => stopped.Prefill(
                columns, new float[36], new float[36], read => cancellation.Cancel(), cancellation.Token));
        }
        using var seeded = new SeededLeLm(config);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor ids = tensor(columns, [1, 3, 2]).to(int64).expand(2, 3, 2);
        ConditionPrefix prefix = seeded.Model.Conditions.Embed([preparer.Prepare(song), preparer.Prepare(song.ToAbsent())]);
        Tensor expected = seeded.Model.Forward(ids, prefix, null, lastOnly: true).Logits;
        Tensor difference = tensor((float[])[.. logits, .. unconditional]) - expected.flatten();
        Assert.InRange(difference.abs().max().item<float>(), 0, 1e-5f);

        TorchEngine Engine() =>
            TorchEngine.Build(new NameSeededSource(), config, CPU, ScalarType.Float32, "a test");
    }

    [Theory, InlineData(false), InlineData(true)]
    public void TwoThousandStepsLeaveNothingBehind(bool joins)
    {
        LeVoRuntime.EnsureTorch();
        LeLmConfig config = SeededLeLm.Tiny with { MaxSeconds = 600, MixedLayers = 1, TrackLayers = 1 };
        var preparer = new ConditionPreparer(config, new LetterTokenizer(), new LetterTokenizer());
        using TorchEngine engine =
            TorchEngine.Build(new NameSeededSource(), config, CPU, ScalarType.Float32, "a test", joins);
        long atStart = Live();
        var song = new SongCondition("[verse] la");
        using (var loop = new TokenLoop(
            engine.Start(preparer, song, 2100), new GenerationSession(config, 2098, new(), 1), config))
        {
            GenerationSession session = loop.Session;
            var frame = new int[3];
            (long warm, long early, long late) = (0, 0, 0);
            for (int step = 1; step <= 2000 && !session.Ended; step++)
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                loop.Step(cancellationToken: TestContext.Current.CancellationToken);
                session.TryTakeFrame(frame);
                allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                if (step == 50)
                    warm = Live();
                if (step is > 50 and <= 550)
                    early += allocated;
                if (step > 1500)
                    late += allocated;
                if (step >= 50)
                    Assert.Equal(warm + (step < LongerTables ? 0 : TensorsOfTables), Live());
            }
            Assert.Equal(2000, session.StepsDone);
            Assert.InRange(late, 0, early * 1.1); // Managed work per step does not grow with the song either.
        }
        Assert.Equal(atStart + 2 * TensorsOfTables, Live());
    }

    /// <summary>The rotary tables of the two stacks stay with the model: cosines and sines for 1024 positions, then for
    /// 2048.</summary>
    private const int TensorsOfTables = 4;

    /// <summary>The step that reads the 1025th position; step n reads column n - 1.</summary>
    private static int LongerTables => 1025 - SeededLeLm.Tiny.PrefixLength;

    private LeVoModel Load() => LeVoModel.Load(folder.Path);

    private static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
