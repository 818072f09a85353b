using LeVo.Alignment.Blending;
using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Rewards;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.TokenWorld;

/// <summary>The alignment of one seed: the three strategies, their blend, the sweep between two of them.</summary>
internal sealed class AlignedSystems(SeedFolder seed, string start)
{
    private const int PairSeeds = 60_000_000, RankingSeeds = 70_000_000;

    /// <summary>Aligns and measures; adds the results.</summary>
    public async Task RunAsync(Dictionary<string, Measured> results, CancellationToken cancellation)
    {
        foreach (double temperature in (double[])[0.8, 0.7])
        {
            results[Systems.Cooler(temperature)] = await seed.MeasureAsync($"no-dpo-{temperature}", seed.World.Model, start,
                cancellation, temperature: temperature);
        }
        results[Systems.Guided] =
            await seed.MeasureAsync("no-dpo-guided", seed.World.Model, start, cancellation, guidance: 1.5);
        IReadOnlyList<SongSample>? sampled = null;
        string[] aligned =
        [
            await TrainAsync("lyrics", StrategySettings.Lyrics, async () => await BranchPairs.CreateAsync(
                PreferenceStrategies.LyricAlignment, SongPart.Vocal, song => BranchPairs.RightPhones(seed.World.Codes, song),
                seed.Sampler(), start, await SamplesAsync(), seed.Seed, cancellation), cancellation),
            await TrainAsync("prompt", StrategySettings.Prompt, async () => await BranchPairs.CreateAsync(
                PreferenceStrategies.PromptConsistency, SongPart.Accompaniment,
                song => BranchPairs.RightChords(seed.World.Codes, song), seed.Sampler(), start, await SamplesAsync(), seed.Seed,
                cancellation), cancellation),
            await TrainAsync("musicality", StrategySettings.Musicality, async () =>
            {
                CalibrationReport report = await RewardAsync(cancellation);
                using RewardModel reward = RewardModel.Load(seed.At("reward.safetensors"));
                return await WholeSongsAsync(
                    new MusicalityScorer(reward), await SamplesAsync(), report.Threshold?.Gap ?? 0, cancellation);
            }, cancellation),
        ];
        foreach ((string system, string path) in ((string[])[Systems.Lyrics, Systems.Prompt, Systems.Musicality]).Zip(aligned))
            results[system] = await MeasureAsync(Path.GetFileNameWithoutExtension(path), path, cancellation);
        string blend = await new ChosenBlend(seed, start, aligned).WriteAsync(cancellation);
        results[Systems.Full] = await MeasureAsync("blend", blend, cancellation);
        int index = 0;
        foreach (SweepPoint<Measured> point in await LambdaSweep.RunAsync([aligned[0], aligned[2]],
            LambdaSweep.Line(seed.Budget.SweepPoints), seed.At("sweep"),
            (path, token) => MeasureAsync($"sweep-{index++}", path, token), cancellation))
        {
            results[Systems.Sweep(point.Lambdas[0])] = point.Result;
        }

        async Task<IReadOnlyList<SongSample>> SamplesAsync() =>
            sampled ??= await seed.SampleAsync(start, PairSeeds, seed.Budget.Lyrics, cancellation);
    }

    private Task<Measured> MeasureAsync(string name, string weights, CancellationToken cancellation) =>
        seed.MeasureAsync(name, seed.World.Model, weights, cancellation);

    private async Task<string> TrainAsync(string strategy, StrategySettings settings,
        Func<Task<IReadOnlyList<PreferencePair>>> create, CancellationToken cancellation)
    {
        string name = $"dpo-{strategy}", output = seed.At($"{name}.safetensors");
        if (File.Exists(output))
            return output;
        IReadOnlyList<PreferencePair> pairs = await create();
        seed.Log($"{strategy}: {pairs.Count} pairs");
        if (pairs.Count == 0)
        {
            CheckpointBlend.Write([(start, 1)], output, null, cancellation); // the strategy changes nothing
            return output;
        }
        new DpoTrainer(seed.World.Model, seed.Tokenizer, settings.Loss) { BatchSize = StrategySettings.BatchSize }
            .Train(start, output, pairs, seed.Options(name, StepsOf(settings, pairs.Count), settings.LearningRate),
                seed.Lines(name), cancellation);
        return output;
    }

    /// <summary>Few pairs are not learnt by heart.</summary>
    private int StepsOf(StrategySettings settings, int pairs) => Math.Clamp(
        settings.Epochs * pairs / StrategySettings.BatchSize, 1, seed.Budget.DpoSteps);

    private async Task<IReadOnlyList<PreferencePair>> WholeSongsAsync(
        IPreferenceScorer scorer, IReadOnlyList<SongSample> samples, double gap, CancellationToken cancellation)
    {
        var scored = new List<(SongSample Song, double Score)>();
        foreach (SongSample sample in samples)
            scored.Add((sample, await scorer.ScoreAsync(sample, cancellation)));
        return new PairSelection { MinimumGap = gap, MaximumPerCondition = 2, MaximumLengthRatio = 1 }
            .Select(scored, scorer.Strategy, $"seed {seed.Seed}", scorer.Name);
    }

    /// <summary>Trains the reward model of the simulated raters.</summary>
    private Task<CalibrationReport> RewardAsync(CancellationToken cancellation) => seed.KeptAsync("reward", async () =>
    {
        IReadOnlyList<RankedSongs> rankings = Raters.Rank(seed.World.Codes,
            await seed.SampleAsync(start, RankingSeeds, seed.Budget.Lyrics / 2, cancellation), seed.Seed);
        int train = rankings.Count * 3 / 4;
        new RewardModelTrainer(new() { CodeSize = seed.World.Codes.Size, Width = 32, Layers = 2 },
            seed.Options("reward", seed.Budget.RewardSteps, 5e-3))
        { MinimumAgreement = 0.4 }
            .Train([.. rankings.Take(train)], seed.At("reward.safetensors"), seed.Lines("reward"), cancellation);
        using RewardModel model = RewardModel.Load(seed.At("reward.safetensors"));
        CalibrationReport report = CalibrationReport.Create(model, rankings.Skip(train));
        seed.Log($"rewards are right on {report.Accuracy:P1} of held-out pairs, {report.Threshold}");
        return report;
    }, cancellation);
}
