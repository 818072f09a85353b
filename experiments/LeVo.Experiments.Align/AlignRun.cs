using System.Globalization;
using LeVo.Alignment.Blending;
using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Core.Generation;
using LeVo.Core.Training;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.Align;

/// <summary>Samples, scores, pairs, trains, blends and compares.</summary>
internal sealed class AlignRun(
    TrainableModel model, GenerationOptions generation, Listener listener, Arguments arguments, Action<string> log)
{
    private static readonly (string Strategy, Func<Heard, double> Score)[] Strategies =
    [
        (PreferenceStrategies.LyricAlignment, heard => -heard.Phones.Rate),
        (PreferenceStrategies.PromptConsistency, heard => heard.Style),
        (PreferenceStrategies.Musicality, heard => heard.Harmony),
    ];

    /// <summary>Runs it and returns the table.</summary>
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        MiniSongSpec[] specs = MiniSongs.ForPairs(arguments.Lyrics);
        IReadOnlyList<SongSample> samples =
            await SampleAsync(model.WeightsPath, specs, arguments.Samples, cancellation);
        var heard = new Dictionary<SongSample, Heard>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < samples.Count; i++)
        {
            heard[samples[i]] = await listener.HearAsync(
                samples[i], specs[i / arguments.Samples], $"pairs-{i:0000}", cancellation);
            log($"recognised {i + 1} of {samples.Count}: {heard[samples[i]]}");
        }
        var scorers = new PreferenceScorers(Strategies.Select(one =>
            new ListenerScorer(one.Strategy, one.Score, sample => heard[sample])));
        var systems = new List<(string Name, string Weights)> { ("before", model.WeightsPath) };
        foreach ((string strategy, _) in Strategies)
            systems.Add((strategy, await AlignAsync(scorers.Get(strategy), samples, cancellation)));
        string blend = At("blend.safetensors");
        // The lyrics count twice: wrong words are the most noticeable fault.
        CheckpointBlend.Write(
            [.. systems.Skip(1).Select((system, i) => (system.Weights, i == 0 ? 0.5 : 0.25))], blend,
            null, cancellation);
        systems.Add(("blend", blend));
        var rows = new List<string> { "| model | phone error | style | harmony |", "| --- | --- | --- | --- |" };
        foreach ((string name, string weights) in systems)
        {
            rows.Add(await MeasureAsync(name, weights, cancellation));
            log(rows[^1]);
        }
        if (arguments.Output is not null)
            model.WriteFolder(arguments.Output, blend);
        return string.Join('\n', rows) + "\n";
    }

    private async Task<string> AlignAsync(
        IPreferenceScorer scorer, IReadOnlyList<SongSample> samples, CancellationToken cancellation)
    {
        string strategy = scorer.Strategy;
        string output = At($"{strategy}.safetensors");
        if (File.Exists(output))
            return output;
        var scored = new List<(SongSample Song, double Score)>();
        foreach (SongSample sample in samples)
            scored.Add((sample, await scorer.ScoreAsync(sample, cancellation)));
        IReadOnlyList<PreferencePair> pairs = new PairSelection { MinimumGap = 0.02 }.Select(
            scored, strategy, Path.GetFileName(model.Path), scorer.Name);
        PreferenceAudit audit = PreferenceAudit.Create(pairs);
        log($"{strategy}: {pairs.Count} pairs, {audit.Ties} ties, longer chosen {audit.LongerChosenShare:P0}");
        if (pairs.Count == 0)
        {
            log($"{strategy}: no sample is better than another; the model stays as it is");
            CheckpointBlend.Write([(model.WeightsPath, 1)], output, null, cancellation);
            return output;
        }
        PairFolder.Write(At(Path.Combine("pairs", strategy)), pairs);
        var dpo = new DpoOptions { Beta = 0.1, SftWeight = 0.1, Guidance = generation.Guidance ?? 1 };
        var options = new TrainingOptions
        {
            Folder = At(Path.Combine("runs", strategy)),
            Steps = arguments.Steps,
            LearningRate = 5e-5,
            WarmupSteps = 3,
            ReportEvery = 5,
        };
        new DpoTrainer(model.Config, model.TokenizerFolder, dpo) { BatchSize = 2 }
            .Train(model.WeightsPath, output, pairs, options, new Lines(strategy, log), cancellation);
        return output;
    }

    private async Task<string> MeasureAsync(string name, string weights, CancellationToken cancellation)
    {
        MiniSongSpec[] specs = MiniSongs.HeldOut(arguments.HeldOut);
        IReadOnlyList<SongSample> samples = await SampleAsync(weights, specs, 1, cancellation);
        var heard = new List<Heard>();
        for (int i = 0; i < samples.Count; i++)
            heard.Add(await listener.HearAsync(samples[i], specs[i], $"held-out-{name}-{i:0000}", cancellation));
        double errors = 100 * heard.Aggregate(default(PhonemeErrorRate), (sum, one) => sum + one.Phones).Rate;
        double style = heard.Average(one => one.Style), harmony = heard.Average(one => one.Harmony);
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {errors:0.0} % | {style:0.000} | {harmony:0.000} |");
    }

    private Task<IReadOnlyList<SongSample>> SampleAsync(
        string weights, MiniSongSpec[] specs, int samples, CancellationToken cancellation)
    {
        log($"sampling {specs.Length * samples} songs from {weights}");
        return new BatchedSongSampler(model.Config, model.TokenizerFolder) { Options = generation, BatchSize = 16 }
            .SampleAsync(weights, [.. specs.Select(spec => model.CreateCondition(spec.Lyrics, spec.Description))], samples,
                seed: 1, null, cancellation);
    }

    private string At(string name) => Path.Combine(arguments.Work, name);

    private sealed class Lines(string name, Action<string> log) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) => log(string.Create(CultureInfo.InvariantCulture,
            $"{name} {value.Step}/{value.Steps}: loss {value.Metrics["loss"]:0.000}, "
            + $"accuracy {value.Metrics["rewards/accuracies"]:0.00}, margin {value.Metrics["rewards/margins"]:0.000}, drift {value.Metrics["drift"]:0.0000}"));
    }
}
