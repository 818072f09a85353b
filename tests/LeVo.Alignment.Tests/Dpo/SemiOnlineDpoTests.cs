using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Tests.Policy;
using LeVo.Core.Tokens;
using LeVo.Core.Training;

namespace LeVo.Alignment.Tests.Dpo;

public sealed class SemiOnlineDpoTests : IDisposable
{
    private readonly TinyTraining tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public async Task TheScoreRisesFromRoundToRoundAndAStoppedRunContinues()
    {
        using (TrainedLeLm lelm = tiny.Open(LeLmStage.Joint))
            lelm.Save(tiny.At("start"), tiny.At("none"), half: false);
        double[] scores = await RunAsync("whole", null);
        Assert.True(scores[^1] > scores[0] + 0.05, string.Join(' ', scores));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync("parts", stop));
        double[] rest = await RunAsync("parts", null);
        Assert.Equal(scores[^rest.Length..], rest);
        Assert.True(rest.Length < scores.Length);
        Assert.Equal(tiny.Read("whole")["audiolm.emb.0.weight"], tiny.Read("parts")["audiolm.emb.0.weight"]);
    }

    [Fact]
    public async Task ARoundWithoutPairsIsAnError()
    {
        using (TrainedLeLm lelm = tiny.Open(LeLmStage.Joint))
            lelm.Save(tiny.At("start"), tiny.At("none"), half: false);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("none", null, minimumGap: 2));
        Assert.Contains("Round 0", error.Message);
    }

    private async Task<double[]> RunAsync(string name, CancellationTokenSource? stop, double minimumGap = 0)
    {
        var rounds = new Recorder<RoundReport>();
        var sampler = new BatchedSongSampler(TinyTraining.Config, tiny.Tokenizer)
        {
            Options = new() { Temperature = 1, TopP = 1, Guidance = 1, PenalizeRepetition = false },
            Frames = 10,
            BatchSize = 8,
        };
        var trainer = new WeightsTrainer(new(TinyTraining.Config, tiny.Tokenizer, new() { Beta = 0.2 }));
        await new SemiOnlineDpo(sampler, new LowCodes(), trainer).RunAsync(tiny.At("start"), tiny.At(name),
            [new("[verse] la", null), new("[verse] mo", "pop"), new("[chorus] ri", "rock")],
            new()
            {
                Rounds = 3,
                SamplesPerCondition = 6,
                Selection = new() { MaximumPerCondition = 3, MinimumGap = minimumGap },
                Training = tiny.Options(name, 25) with { ReportEvery = 1 },
            }, null, rounds, stop is null ? null : new StopLate(stop), stop?.Token
                ?? TestContext.Current.CancellationToken);
        return [.. rounds.Heard.Select(round => round.MeanScore)];
    }

    /// <summary>Trains weights that lie in no model folder.</summary>
    private sealed class WeightsTrainer(DpoTrainer trainer) : IPreferenceTrainer
    {
        public Task TrainAsync(IReadOnlyList<PreferencePair> pairs, string outputFolder, TrainingOptions options,
            IProgress<TrainingReport>? progress, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Train(string startPath, string outputPath, IReadOnlyList<PreferencePair> pairs, TrainingOptions options,
            IProgress<TrainingReport>? progress, CancellationToken cancellationToken) =>
            trainer.Train(startPath, outputPath, pairs, options, progress, cancellationToken);
    }

    /// <summary>Likes codes below 12: the share of them among all codes of a song.</summary>
    private sealed class LowCodes : IPreferenceScorer
    {
        public string Strategy => "low_codes";

        public string Name => "low_codes";

        public Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken)
        {
            int[] codes =
                [.. sample.Tokens.Row(SongPart.Mixed).Span, .. sample.Tokens.Row(SongPart.Vocal).Span, .. sample.Tokens.Row(SongPart.Accompaniment).Span];
            return Task.FromResult(codes.Length == 0 ? 0 : codes.Count(code => code < 12) / (double)codes.Length);
        }
    }

    /// <summary>Stops in the second round.</summary>
    private sealed class StopLate(CancellationTokenSource stop) : IProgress<TrainingReport>
    {
        private int heard;

        public void Report(TrainingReport value)
        {
            if (++heard == 30)
                stop.Cancel();
        }
    }
}
