using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Alignment.Blending;
using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Rewards;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Training;
using LeVo.Core.IO;
using LeVo.Core.Model;
using LeVo.Core.Training;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TokenWorld;

/// <summary>
/// All systems of the tables for one seed. Every stage keeps its result in the seed's folder, so that the same call
/// resumes.
/// </summary>
internal sealed class Experiment(string folder, int seed, Budget budget, Action<string> log)
{
    private const int HeldOutSeeds = 50_000_000, PairSeeds = 60_000_000, RankingSeeds = 70_000_000;
    private static readonly JsonSerializerOptions Json =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, WriteIndented = true };

    /// <summary>Measures every system, in the order of the tables.</summary>
    public async Task<IReadOnlyDictionary<string, Measured>> RunAsync(CancellationToken cancellation)
    {
        MiniTokenizerFiles.Write(Tokenizer);
        TrainingSong[] songs =
            [.. Enumerable.Range(0, budget.Songs).Select(i => WorldSong.Create(seed * 1_000_000 + i))];
        var results = new Dictionary<string, Measured>();
        string mixed = Train("mixed", WorldModels.Full, LeLmStage.Mixed, null, budget.MixedSteps, songs, cancellation);
        string full =
            Train("tracks", WorldModels.Full, LeLmStage.Tracks, mixed, budget.TrackSteps, songs, cancellation);
        results[Systems.NoDpo] = await MeasureAsync("no-dpo", WorldModels.Full, full, false, cancellation);
        results[Systems.NoDualTracks] = await MeasureAsync("no-dual", WorldModels.Full, full, true, cancellation);
        await AlignAsync(full, results, cancellation);
        // The delay concerns the tracks alone, so that only the second stage differs.
        string prompt = Train("no-delay", WorldModels.WithoutDelay, LeLmStage.Tracks, mixed, budget.TrackSteps, songs,
            cancellation);
        results[Systems.NoDelay] =
            await MeasureAsync("no-delay", WorldModels.WithoutDelay, prompt, false, cancellation);
        int all = budget.MixedSteps + budget.TrackSteps;
        string joint = Train("joint", WorldModels.Full, LeLmStage.Joint, null, all, songs, cancellation);
        results[Systems.Joint] = await MeasureAsync("joint", WorldModels.Full, joint, false, cancellation);
        string flat = Train("no-decoder", WorldModels.WithoutDecoder, LeLmStage.Joint, null, all, songs, cancellation);
        results[Systems.NoDecoder] =
            await MeasureAsync("no-decoder", WorldModels.WithoutDecoder, flat, false, cancellation);
        return results;
    }

    private async Task AlignAsync(string full, Dictionary<string, Measured> results, CancellationToken cancellation)
    {
        IReadOnlyList<SongSample> samples =
            await SampleAsync(full, PairSeeds, budget.Lyrics, budget.Samples, cancellation);
        using RewardModel reward = await RewardAsync(full, cancellation);
        var aligned = new List<string>();
        var scorers = new PreferenceScorers([WorldScorer.Lyrics, WorldScorer.Prompt], reward: reward);
        foreach ((string system, string strategy) in ((string, string)[])
            [(Systems.Lyrics, PreferenceStrategies.LyricAlignment), (Systems.Prompt, PreferenceStrategies.PromptConsistency),
                (Systems.Musicality, PreferenceStrategies.Musicality)])
        {
            IPreferenceScorer scorer = scorers.Get(strategy);
            double gap = strategy == PreferenceStrategies.Musicality ? Threshold() : 0;
            string weights = await AlignAsync(full, samples, scorer, gap, cancellation);
            results[system] = await MeasureAsync(scorer.Strategy, WorldModels.Full, weights, false, cancellation);
            aligned.Add(weights);
        }
        string blend = At("blend.safetensors");
        CheckpointBlend.Write([.. aligned.Select((path, i) => (path, i == 0 ? 0.5 : 0.25))], blend, null,
            cancellation);
        results[Systems.Full] = await MeasureAsync("blend", WorldModels.Full, blend, false, cancellation);
        int index = 0;
        foreach (SweepPoint<Measured> point in await LambdaSweep.RunAsync([aligned[0], aligned[2]],
            LambdaSweep.Line(budget.SweepPoints), At("sweep"),
            (path, token) => MeasureAsync($"sweep-{index++}", WorldModels.Full, path, false, token), cancellation))
        {
            results[Systems.Sweep(point.Lambdas[0])] = point.Result;
        }
    }

    private string Train(string name, LeLmConfig config, LeLmStage stage, string? start, int steps,
        TrainingSong[] songs,
        CancellationToken cancellation)
    {
        string output = At($"{name}.safetensors");
        if (File.Exists(output))
            return output;
        log($"seed {seed}: training {name}");
        new LeLmTrainer(config, Tokenizer, Options(name, steps, 3e-3)) { BatchSize = 32, GuideWeight = 1 }
            .Train(stage, start, output, songs, [], new Lines(name, log), cancellation);
        return output;
    }

    private async Task<string> AlignAsync(string start, IReadOnlyList<SongSample> samples, IPreferenceScorer scorer,
        double gap,
        CancellationToken cancellation)
    {
        string output = At($"dpo-{scorer.Strategy}.safetensors");
        if (File.Exists(output))
            return output;
        var scored = new List<(SongSample Song, double Score)>();
        foreach (SongSample sample in samples)
            scored.Add((sample, await scorer.ScoreAsync(sample, cancellation)));
        var selection = new PairSelection { MinimumGap = gap, MaximumPerCondition = 2, MaximumLengthRatio = 1 };
        IReadOnlyList<PreferencePair> pairs =
            selection.Select(scored, scorer.Strategy, $"seed {seed}", scorer.Name);
        PreferenceAudit audit = PreferenceAudit.Create(pairs);
        log($"seed {seed}: {scorer.Strategy}: {pairs.Count} pairs, longer chosen {audit.LongerChosenShare:P0}");
        if (pairs.Count == 0)
        {
            CheckpointBlend.Write([(start, 1)], output, null, cancellation); // the strategy changes nothing
            return output;
        }
        PairFolder.Write(At(Path.Combine("pairs", scorer.Strategy)), pairs);
        string name = $"dpo-{scorer.Strategy}";
        new DpoTrainer(WorldModels.Full, Tokenizer, new() { Beta = 0.1, SftWeight = 0.1 }) { BatchSize = 16 }
            .Train(start, output, pairs, Options(name, budget.DpoSteps, 3e-5), new Lines(name, log), cancellation);
        return output;
    }

    private async Task<RewardModel> RewardAsync(string full, CancellationToken cancellation)
    {
        string output = At("reward.safetensors");
        if (!File.Exists(At("reward.json")))
        {
            IReadOnlyList<SongSample> samples =
                await SampleAsync(full, RankingSeeds, budget.Lyrics, 4, cancellation);
            IReadOnlyList<RankedSongs> rankings = Raters.Rank(samples, seed);
            int train = rankings.Count * 3 / 4;
            new RewardModelTrainer(new() { CodeSize = WorldCodes.CodeSize, Width = 32, Layers = 2 },
                Options("reward", budget.RewardSteps, 5e-3))
            { MinimumAgreement = 0.4 }
                .Train([.. rankings.Take(train)], output, new Lines("reward", log), cancellation);
            using RewardModel model = RewardModel.Load(output);
            CalibrationReport report = CalibrationReport.Create(model, rankings.Skip(train));
            log($"seed {seed}: rewards are right on {report.Accuracy:P1} of held-out pairs, {report.Threshold}");
            await WriteAsync(At("reward.json"), report, cancellation);
        }
        return RewardModel.Load(output);
    }

    /// <summary>The calibrated reward gap; 0 where the held-out rankings give none.</summary>
    private double Threshold() =>
        JsonSerializer.Deserialize<CalibrationReport>(File.ReadAllText(At("reward.json")), Json)!.Threshold?.Gap ?? 0;

    private async Task<Measured> MeasureAsync(
        string name, LeLmConfig config, string weights, bool mixedAlone, CancellationToken cancellation)
    {
        string kept = At($"measured-{name}.json");
        if (File.Exists(kept))
            return JsonSerializer.Deserialize<Measured>(await File.ReadAllTextAsync(kept, cancellation), Json)!;
        IReadOnlyList<SongSample> samples =
            await SampleAsync(weights, HeldOutSeeds, budget.HeldOut, 1, cancellation, config);
        Measured measured = Measured.Of([.. samples.Select(sample => mixedAlone
            ? WorldScores.OfMixed(sample.Condition, sample.Tokens)
            : WorldScores.Of(sample.Condition, sample.Tokens))]);
        log($"seed {seed}: {name}: {measured}");
        await WriteAsync(kept, measured, cancellation);
        return measured;
    }

    private static Task WriteAsync<T>(string path, T value, CancellationToken cancellation) => AtomicFile.WriteAsync(
        path, (file, token) => JsonSerializer.SerializeAsync(file, value, Json, token), cancellation);

    private Task<IReadOnlyList<SongSample>> SampleAsync(string weights, int firstSeed, int conditions, int samples,
        CancellationToken cancellation, LeLmConfig? config = null) =>
        new BatchedSongSampler(config ?? WorldModels.Full, Tokenizer)
        {
            // The paper's temperature; the paper's top-k of 50 is drawn in the mixed stream alone, and with the tracks at
            // their best classes most samples of a lyric are the same song. A repetition penalty would prevent
            // sounds of several frames.
            Options = new() { Temperature = 0.9, TopP = 0.98, Guidance = 1.5, PenalizeRepetition = false },
            BatchSize = 64,
        }.SampleAsync(weights, [.. Enumerable.Range(0, conditions).Select(i => WorldSong.Condition(firstSeed + i))],
            samples,
            (ulong)seed, null, cancellation);

    private TrainingOptions Options(string name, int steps, double rate) => new()
    {
        Folder = At(Path.Combine("runs", name)),
        Steps = steps,
        LearningRate = rate,
        WarmupSteps = Math.Min(50, steps / 4),
        ReportEvery = 100,
        CheckpointInterval = TimeSpan.FromMinutes(1),
        Seed = seed,
    };

    private string Tokenizer => At("tokenizer");

    private string At(string name) => Path.Combine(folder, name);

    private sealed class Lines(string name, Action<string> log) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) =>
            log($"{name} {value.Step}/{value.Steps}, {value.SecondsPerStep:0.000} s a step: "
            + string.Join(", ", value.Metrics.Where(m => !m.Key.Contains("marked", StringComparison.Ordinal))
                .Select(m => $"{m.Key} {m.Value:0.###}")));
    }
}
