using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Core.Conditioning;
using LeVo.Core.IO;
using LeVo.Core.Runtime;
using LeVo.Core.Threading;
using LeVo.Core.Training;

namespace LeVo.Alignment.Dpo;

/// <summary>Options of semi-online preference optimisation.</summary>
public sealed record SemiOnlineOptions
{
    /// <summary>Number of rounds of sampling and training.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Number of samples per condition and round.</summary>
    public int SamplesPerCondition { get; init; } = 4;

    /// <summary>The selection of pairs.</summary>
    public PairSelection Selection { get; init; } = new();

    /// <summary>The training options of one round; the folder gets one subfolder per round.</summary>
    public required TrainingOptions Training { get; init; }
}

/// <summary>A report of one round.</summary>
/// <param name="Round">Index of the round, from 0.</param>
/// <param name="Samples">Number of sampled songs.</param>
/// <param name="MeanScore">Mean score of the samples, before the round's training.</param>
/// <param name="Pairs">Number of selected pairs.</param>
public sealed record RoundReport(int Round, int Samples, double MeanScore, int Pairs);

/// <summary>
/// Semi-online DPO (LeVo 2): each round samples from the current policy, scores the samples, selects pairs and
/// trains. A round's reference is the policy that it starts from. A stopped run resumes in the round in which it
/// stopped, because the pairs and weights of each round are saved.
/// </summary>
public sealed class SemiOnlineDpo(ISongSampler sampler, IPreferenceScorer scorer, IPreferenceTrainer trainer)
{
    /// <summary>Runs all rounds and writes the last policy.</summary>
    /// <param name="startPath">The checkpoint to start from.</param>
    /// <param name="outputPath">The file to write the aligned weights to.</param>
    /// <param name="conditions">Conditions to sample songs for.</param>
    /// <param name="options">Rounds and training.</param>
    /// <param name="complete">Adds the data that the scorer needs to a sample, for example audio; null if tokens are
    /// sufficient.</param>
    /// <param name="rounds">Receives a report of every round before its training.</param>
    /// <param name="progress">Receives every report of the training.</param>
    /// <param name="cancellationToken">Stops after the current step.</param>
    /// <exception cref="InvalidOperationException">A round yielded no pair: the scores differ too little, or the
    /// minimum gap is too large.</exception>
    /// <exception cref="NotSupportedException">The training has several replicas.</exception>
    public async Task RunAsync(string startPath, string outputPath, IReadOnlyList<SongCondition> conditions,
        SemiOnlineOptions options, Func<SongSample, CancellationToken, Task<SongSample>>? complete = null,
        IProgress<RoundReport>? rounds = null, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rounds, 1);
        if (options.Training.Replicas.Count > 1)
            throw new NotSupportedException("Rounds of sampling and training run in one process; sample with a work queue instead.");
        string policy = startPath;
        for (int round = 0; round < options.Rounds; round++)
        {
            string folder = Path.Combine(options.Training.Folder, $"round-{round:00}");
            string weights = Path.Combine(folder, "policy.safetensors");
            if (!File.Exists(weights))
            {
                IReadOnlyList<PreferencePair> pairs =
                    await PairsAsync(round, policy, folder, conditions, options, complete, rounds, cancellationToken)
                        .ConfigureAwait(false);
                TrainingOptions training =
                    options.Training with { Folder = folder, Seed = options.Training.Seed + round };
                string from = policy;
                await DedicatedThread.Run(() => trainer.Train(from, weights, pairs, training, progress, cancellationToken),
                    cancellationToken)
                    .ConfigureAwait(false);
            }
            policy = weights;
        }
        await AtomicFile.WriteAsync(outputPath, async (target, token) =>
        {
            await using FileStream source = File.OpenRead(policy);
            await source.CopyToAsync(target, token).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<PreferencePair>> PairsAsync(int round, string policy, string folder,
        IReadOnlyList<SongCondition> conditions, SemiOnlineOptions options,
        Func<SongSample, CancellationToken, Task<SongSample>>? complete, IProgress<RoundReport>? rounds,
        CancellationToken cancellationToken)
    {
        string done = Path.Combine(folder, "pairs.done");
        var store = new PreferenceStore(Path.Combine(folder, "pairs"));
        if (File.Exists(done))
            return [.. store.Read()];
        if (Directory.Exists(Path.Combine(folder, "pairs"))) // an earlier run was interrupted while writing it
            Directory.Delete(Path.Combine(folder, "pairs"), recursive: true);
        ulong seed = unchecked((ulong)options.Training.Seed * 1_000 + (ulong)round);
        IReadOnlyList<SongSample> samples = await sampler
            .SampleAsync(policy, conditions, options.SamplesPerCondition, seed, null, cancellationToken)
                .ConfigureAwait(false);
        var scored = new List<(SongSample Song, double Score)>();
        foreach (SongSample sample in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SongSample whole =
                complete is null ? sample : await complete(sample, cancellationToken).ConfigureAwait(false);
            scored.Add((sample, await scorer.ScoreAsync(whole, cancellationToken).ConfigureAwait(false)));
        }
        IReadOnlyList<PreferencePair> pairs =
            options.Selection.Select(scored, scorer.Strategy, $"round {round}", scorer.Name);
        rounds?.Report(new(round, scored.Count, scored.Average(one => one.Score), pairs.Count));
        if (pairs.Count == 0)
            throw new InvalidOperationException(
                $"Round {round} yielded no pair of {scored.Count} songs: no gap is large enough.");
        foreach (PreferencePair pair in pairs)
            store.Append(pair);
        AtomicFile.Write(done, _ => { });
        return pairs;
    }
}
