using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Tests.Policy;
using LeVo.Alignment.Training;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Dpo;

public sealed class DpoTrainerTests : IDisposable
{
    private readonly TinyTraining tiny = new();

    public DpoTrainerTests()
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint);
        lelm.Save(tiny.At("start"), tiny.At("none"), half: false);
    }

    public void Dispose() => tiny.Dispose();

    private static PreferencePair[] Some =>
    [
        .. Enumerable.Range(0, 5)
            .Select(i => new PreferencePair(new("[verse] la", i % 2 == 0 ? "pop" : null), Song(i, 8), Song(i + 9, 6),
            "test", 1, 0, new("model", 1, 2, "test"))),
    ];

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 1.5)]
    [InlineData(true, 1.5)]
    public void TheChosenSongsWin(bool mixedAlone, double guidance)
    {
        var recorder = new Recorder<TrainingReport>();
        var options = new DpoOptions { Beta = 0.5, Guidance = guidance };
        if (mixedAlone)
            options = options with { Streams = [SongPart.Mixed] };
        var aligned = Train("aligned", 30, options, recorder);
        TrainingReport first = recorder.Heard[0], last = recorder.Heard[^1];
        Assert.Equal(Math.Log(2), first.Metrics["loss"], 2);
        Assert.True(last.Metrics["loss"] < 0.2, $"{last.Metrics["loss"]}");
        Assert.Equal(1, last.Metrics["rewards/accuracies"]);
        Assert.True(last.Metrics["rewards/margins"] > 1);
        Assert.True(last.Metrics["drift"] > 0);
        // With the mixed stream alone the AR decoder is untouched, to the bit.
        var start = tiny.Read("start");
        Assert.All(start.Where(one => TinyTraining.Tensors.IsOfTracks(one.Key["audiolm.".Length..])), one =>
        {
            if (mixedAlone)
                Assert.Equal(one.Value, aligned[one.Key]);
        });
        Assert.NotEqual(start["audiolm.emb.0.weight"], aligned["audiolm.emb.0.weight"]);
        Assert.Equal(mixedAlone,
            start["audiolm.linears.0.weight"].AsSpan().SequenceEqual(aligned["audiolm.linears.0.weight"]));
    }

    [Fact]
    public void WithTracksAloneTheLanguageModelIsUntouched()
    {
        var aligned = Train("tracks", 5, new() { Streams = [SongPart.Vocal], SftWeight = 1 });
        var start = tiny.Read("start");
        foreach ((string name, float[] values) in start)
        {
            if (!TinyTraining.Tensors.IsOfTracks(name["audiolm.".Length..]))
                Assert.Equal(values, aligned[name]);
        }
        Assert.NotEqual(start["audiolm.linears.0.weight"], aligned["audiolm.linears.0.weight"]);
    }

    [Fact]
    public void AtTheStartNothingIsRewarded()
    {
        var recorder = new Recorder<TrainingReport>();
        Train("first", 1, new(), recorder);
        Assert.Equal(0, recorder.Heard[0].Metrics["rewards/margins"], 3);
        Assert.Equal(0, recorder.Heard[0].Metrics["drift"], 4);
    }

    [Fact]
    public void StoppedAndContinuedEqualsUninterrupted()
    {
        var whole = Train("whole", 6, new());
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Train("parts", 6, new(), new StopAt(stop, 3), stop));
        var parts = Train("parts", 6, new());
        Assert.All(whole, one => Assert.Equal(one.Value, parts[one.Key]));
    }

    [Fact]
    public async Task ConcurrentRunsOfOneTrainerEqualSeparateRuns()
    {
        var trainer = new DpoTrainer(TinyTraining.Config, tiny.Tokenizer) { BatchSize = 3 };
        PreferencePair[] pairs = Some, reversed = [.. Some.Reverse()];
        Run("first", pairs);
        Run("second", reversed);
        CancellationToken token = TestContext.Current.CancellationToken;
        await Task.WhenAll(
            Task.Run(() => Run("third", pairs), token), Task.Run(() => Run("fourth", reversed), token));
        Assert.Equal(tiny.Read("first"), tiny.Read("third"));
        Assert.Equal(tiny.Read("second"), tiny.Read("fourth"));
        Assert.NotEqual(tiny.Read("first"), tiny.Read("second"));

        void Run(string output, PreferencePair[] of) => trainer.Train(tiny.At("start"), tiny.At(output), of,
            tiny.Options(output, 4) with { LearningRate = 5e-3 },
            cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public void LeVoTwosOrderAlignsThenExtends()
    {
        var aligned = Train("aligned", 3, new() { Streams = [SongPart.Mixed] });
        new LeLmTrainer(TinyTraining.Config, tiny.Tokenizer, tiny.Options("extended", 3))
            .Train(LeLmStage.Tracks, tiny.At("aligned"),
            tiny.At("extended"), [TinyTraining.Song(9)], [], cancellationToken: TestContext.Current.CancellationToken);
        var extended = tiny.Read("extended");
        Assert.All(aligned.Where(one => !TinyTraining.Tensors.IsOfTracks(one.Key["audiolm.".Length..])),
            one => Assert.Equal(one.Value, extended[one.Key]));
        Assert.NotEqual(aligned["audiolm.linears.0.weight"], extended["audiolm.linears.0.weight"]);
    }

    [Fact]
    public void TheCachedReferenceIsThatOfTheModel()
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint, "start");
        using ReferenceCache computed = Cache(lelm, Some), read = Cache(lelm, Some);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        (Tensor chosen, Tensor rejected) = read.Select([3, 1], CPU);
        Assert.Equal(computed.Select([3, 1], CPU).Chosen.data<float>().ToArray(), chosen.data<float>().ToArray());
        (StreamLogProbabilities now, StreamLogProbabilities worse) =
            PairLogProbabilities.Compute(lelm, [Some[3], Some[1]], new());
        Assert.True(now.Sums.allclose(chosen, 1e-4, 1e-4) && worse.Sums.allclose(rejected, 1e-4, 1e-4));
        // Nine and seven cells, the end token included.
        Assert.Equal([9f, 9, 9, 9, 9, 9], now.Counts.data<float>().ToArray());
        Assert.Equal([7f, 7, 7, 7, 7, 7], worse.Counts.data<float>().ToArray());
        // Other pairs, and other frames of these, are no business of this cache.
        using ReferenceCache part = Cache(lelm, [Some[0] with { ChosenFrames = [0] }, .. Some[1..]]);
        Assert.NotEqual(computed.Select([0], CPU).Chosen.data<float>().ToArray(),
            part.Select([0], CPU).Chosen.data<float>().ToArray());
        using ReferenceCache other = Cache(lelm, [.. Some.Reverse()]);
        Assert.Equal(computed.Select([3], CPU).Chosen.data<float>().ToArray(), other.Select([1], CPU).Chosen.data<float>()
            .ToArray(),
            (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OnlyTheComparedFramesCount(bool mixedAlone)
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint, "start");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        PreferencePair whole = Some[0];
        StreamLogProbabilities all = Of(whole), some = Of(whole with { ChosenFrames = [1, 8] }),
            rest = Of(whole with { ChosenFrames = [0, 2, 3, 4, 5, 6, 7] });
        Assert.Equal(all.Sums.data<float>().ToArray(), all.ComparedSums.data<float>().ToArray());
        Assert.Equal(all.Sums.data<float>().ToArray(), some.Sums.data<float>().ToArray());
        Assert.True((some.ComparedSums + rest.ComparedSums).allclose(all.Sums, 1e-4, 1e-4));
        Assert.All(some.ComparedSums.data<float>().ToArray()[..(mixedAlone ? 1 : 3)], sum => Assert.True(sum < 0));
        Assert.Equal([2f, 2, 2], some.ComparedCounts.data<float>().ToArray());
        Assert.Equal([9f, 9, 9], some.Counts.data<float>().ToArray());

        StreamLogProbabilities Of(PreferencePair pair) => PairLogProbabilities.Compute(
            lelm, [pair], mixedAlone ? new() { Streams = [SongPart.Mixed] } : new()).Chosen;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GuidedPreferencesAreThoseOfTheGuidedLogits(bool mixedAlone)
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint, "start");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var options = mixedAlone ? new DpoOptions { Streams = [SongPart.Mixed] } : new();
        PreferencePair[] absent = [.. Some.Select(pair => pair with { Condition = pair.Condition.ToAbsent() })];
        float[] with = Sums(1, Some), without = Sums(1, absent), guided = Sums(1.5, Some);
        Assert.NotEqual(with, without);
        Assert.Equal(without, Sums(0, Some), (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(with, Sums(1 + 1e-7, Some), (a, b) => Math.Abs(a - b) < 1e-3);
        // Logits of log-probabilities c and u are guided to one class's u + 1.5 (c - u), less what makes them sum to 1.
        Assert.NotEqual(with, guided);
        Assert.All(guided[..1], sum => Assert.InRange(sum, with[0] + 0.5f * (with[0] - without[0]) - 1, 0));

        float[] Sums(double guidance, PreferencePair[] pairs) => PairLogProbabilities.Compute(
            lelm, pairs, options with { Guidance = guidance }).Chosen.Sums.data<float>().ToArray();
    }

    [Fact]
    public void AFrameThatIsNotInItsSongIsAnErrorBeforeTheTraining() => Assert.Throws<ArgumentException>(() =>
        new DpoTrainer(TinyTraining.Config, tiny.Tokenizer).Train(tiny.At("start"), tiny.At("never"),
            [Some[0] with { RejectedFrames = [7] }], tiny.Options("never", 1),
            cancellationToken: TestContext.Current.CancellationToken));

    [Fact]
    public void TheMixedStreamAloneHasTheSameLogProbabilities()
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint, "start");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor all = PairLogProbabilities.Compute(lelm, Some, new()).Chosen.Sums;
        Tensor mixed = PairLogProbabilities.Compute(lelm, Some, new() { Streams = [SongPart.Mixed] }).Chosen.Sums;
        Assert.True(all.select(1, 0).allclose(mixed.select(1, 0), 1e-4, 1e-4));
        Assert.Equal(0, mixed.narrow(1, 1, 2).abs().sum().item<float>());
    }

    [Fact]
    public void EveryPairIsDrawnOnceARound()
    {
        var sampler = new PairSampler(Some, 3, 1);
        int[] drawn = [.. Enumerable.Range(0, 10).SelectMany(sampler.Draw)];
        foreach (int[] round in drawn.Chunk(5))
            Assert.Equal([0, 1, 2, 3, 4], round.Order());
        Assert.NotEqual(drawn[..5], drawn[5..10]);
        Assert.Equal(sampler.Draw(7), new PairSampler(Some, 3, 1).Draw(7));
    }

    private ReferenceCache Cache(TrainedLeLm lelm, PreferencePair[] pairs) => ReferenceCache.LoadOrCreate(
        lelm, tiny.At("start"), pairs, new(), 2, tiny.At("cache"), TestContext.Current.CancellationToken);

    private Dictionary<string, float[]> Train(string output, int steps, DpoOptions options,
        IProgress<TrainingReport>? progress = null, CancellationTokenSource? stop = null)
    {
        new DpoTrainer(TinyTraining.Config, tiny.Tokenizer, options)
        {
            BatchSize = 3,
            EvaluateEvery = 3,
            HeldOut = Some[..1],
        }
            .Train(tiny.At("start"), tiny.At(output), Some,
                tiny.Options(output, steps) with { ReportEvery = 1, LearningRate = 5e-3 },
                progress, stop?.Token ?? TestContext.Current.CancellationToken);
        return tiny.Read(output);
    }

    private static SongTokens Song(int seed, int frames)
    {
        int[] Row(int step) => [.. Enumerable.Range(0, frames).Select(t => (seed + t * step) % 24)];
        return SongTokens.FromRows(Row(1), Row(5), Row(7));
    }

    private sealed class StopAt(CancellationTokenSource source, int step) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value)
        {
            if (value.Step == step)
                source.Cancel();
        }
    }
}
