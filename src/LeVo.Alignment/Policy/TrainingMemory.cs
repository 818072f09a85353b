using LeVo.Core;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;

namespace LeVo.Alignment.Policy;

/// <summary>
/// An estimate of the memory that training needs, in bytes, computed from the model's sizes. See docs/fine-tuning.md
/// for tables.
/// </summary>
/// <param name="Parameters">Number of the model's parameters, including adapters.</param>
/// <param name="Trained">Number of trained parameters.</param>
/// <param name="Weights">The weights in the precision of computation.</param>
/// <param name="Gradients">Gradients of the trained weights.</param>
/// <param name="Optimizer">Moments and float32 master copies.</param>
/// <param name="Activations">Activations stored for the backward pass, and the logits.</param>
internal sealed record TrainingMemory(
    long Parameters, long Trained, long Weights, long Gradients, long Optimizer, long Activations)
{
    /// <summary>Frames of all songs of a batch whose logits are in memory at once.</summary>
    public const int LogitRows = 2048;

    /// <summary>The sum of all parts.</summary>
    public long Total => Weights + Gradients + Optimizer + Activations;

    /// <summary>Computes the estimate; no weights are read or created.</summary>
    /// <param name="config">The model.</param>
    /// <param name="stage">The training stage.</param>
    /// <param name="setup">Device, precision and adapters.</param>
    /// <param name="songs">Songs per batch (twice the pairs in preference optimisation).</param>
    /// <param name="frames">Frames of a song.</param>
    public static TrainingMemory Estimate(LeLmConfig config, LeLmStage stage, TrainingSetup setup, int songs, int frames)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(setup);
        var tensors = new LeLmTensors(config);
        LowRankPlan? plan = setup.Lora?.Plan(config, stage, 0);
        long all = tensors.Used.Sum(tensor => tensor.Count), adapters = plan is null ? 0 : tensors.Used.Sum(plan.CountOf);
        long trained = plan is null
            ? tensors.Used.Where(tensor => stage.Trains(tensors, tensor.Name)).Sum(tensor => tensor.Count)
            : adapters;
        long width = setup.EffectivePrecision == ModelPrecision.Float32 ? 4 : 2;
        long master = width == 4 ? 0 : 4;
        return new(all + adapters, trained, (all + adapters) * width, trained * width, trained * (8 + master),
            ActivationBytes(config, stage, setup.CheckpointActivations, songs, frames, width));
    }

    private static long ActivationBytes(
        LeLmConfig config, LeLmStage stage, bool recomputed, long songs, long frames, long width)
    {
        long delay = config.Delays.Max(), mixedColumns = frames + 1 + (stage == LeLmStage.Mixed ? 0 : delay);
        long positions = songs * (config.PrefixLength + mixedColumns);
        // Stored values of one layer per position: norms (in float32), queries, keys and values with their rotations,
        // attention, and four times the feed-forward's width (gate, its activation, up, their product).
        long layer = (10L * config.Width + 4L * config.FeedForwardWidth) * width + 4L * config.Width * 4;
        // Stack 1 stores nothing when it is frozen below the AR decoder.
        long layers = (stage == LeLmStage.Tracks ? 0 : config.MixedLayers)
            + (stage == LeLmStage.Mixed ? 0 : config.TrackLayers);
        long stacks = recomputed ? positions * (layers * config.Width * width + layer) : positions * layers * layer;
        int heads = stage switch
        {
            LeLmStage.Mixed => 1,
            LeLmStage.Tracks => config.Codebooks - 1,
            _ => config.Codebooks,
        };
        // Each codebook's hidden states of the frames; then logits in float32, their softmax and its gradient, of a part of
        // the frames at a time.
        return stacks + heads * songs * frames * config.Width * width
            + 3L * Math.Min(songs * frames, LogitRows) * config.Classes * 4;
    }
}
