using LeVo.Core.Checkpoints;
using LeVo.Core.Numerics;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Alignment.Rewards;

/// <summary>The likelihood that is fitted to rankings.</summary>
internal enum RankingObjective
{
    /// <summary>The likelihood of the whole ranking.</summary>
    PlackettLuce,

    /// <summary>The likelihood of every pair.</summary>
    BradleyTerry,
}

/// <summary>
/// Trains a reward model on rankings (paper, section 3.5). Concurrent runs must use trainers with different folders.
/// </summary>
/// <param name="sizes">The model's sizes.</param>
/// <param name="options">The training options.</param>
internal sealed class RewardModelTrainer(RewardModelSizes sizes, TrainingOptions options)
{
    /// <summary>Rankings per batch.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The objective.</summary>
    public RankingObjective Objective { get; init; }

    /// <summary>Rankings with less agreement (Kendall's W) are excluded.</summary>
    public double MinimumAgreement { get; init; } = 0.5;

    /// <summary>Trains to the last step and writes the model.</summary>
    /// <param name="rankings">The training rankings, all with the same number of songs.</param>
    /// <param name="outputPath">The file to write the model to.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step and writes a checkpoint.</param>
    /// <returns>The number of rankings that passed the agreement filter.</returns>
    /// <exception cref="ArgumentException">No ranking passes, or they rank different numbers of songs.</exception>
    public int Train(IReadOnlyList<RankedSongs> rankings, string outputPath, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        sizes.Validate();
        IReadOnlyList<SongTokens>[] ordered =
            [.. RankedSongs.WhereRatersAgree(rankings, MinimumAgreement).Select(ranking => ranking.BestFirst)];
        if (ordered.Length == 0)
            throw new ArgumentException($"None of {rankings.Count} rankings has an agreement of {MinimumAgreement}.",
                nameof(rankings));
        if (ordered.Any(songs => songs.Count != ordered[0].Count))
            throw new ArgumentException("The rankings have different numbers of songs.", nameof(rankings));
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new RandomTensorSource(options.Seed));
        var net = new RewardNet(builder, sizes);
        using ParameterSet parameters = builder.Build("the reward model");
        new TrainingLoop(parameters.Trainable, options).Run(step =>
        {
            Random random = StepRandom.Create(options.Seed, step);
            IReadOnlyList<SongTokens>[] batch =
                [.. Enumerable.Range(0, BatchSize).Select(_ => ordered[random.Next(ordered.Length)])];
            Tensor scores = net.Forward([.. batch.SelectMany(songs => songs)]).view(batch.Length, -1);
            Tensor loss = Objective == RankingObjective.PlackettLuce
                ? RankingLoss.PlackettLuce(scores)
                : RankingLoss.BradleyTerry(scores);
            Tensor right = (scores.narrow(1, 0, 1) - scores.narrow(1, scores.size(1) - 1, 1)).gt(Scalars.Zero).to(float32).mean();
            return new(loss, ("best_above_worst", right));
        }, progress, cancellationToken);
        options.Replicas.First(() =>
        {
            using var scope = NewDisposeScope();
            TensorWriter.Save(outputPath, parameters.ToStateDict(), RewardModel.Metadata(sizes));
        });
        return ordered.Length;
    }
}
