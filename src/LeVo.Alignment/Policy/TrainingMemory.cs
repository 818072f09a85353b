using LeVo.Core;
using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Training;

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
/// <param name="Activations">What a pass or an update needs in addition at its peak: activations, logits, temporary tensors, less
/// the gradients that do not exist yet.</param>
internal sealed record TrainingMemory(
    long Parameters, long Trained, long Weights, long Gradients, long Optimizer, long Activations)
{
    /// <summary>The sum of all parts.</summary>
    public long Total => Weights + Gradients + Optimizer + Activations;

    /// <summary>Computes the estimate; no weights are read or created.</summary>
    /// <param name="config">The model.</param>
    /// <param name="stage">The training stage.</param>
    /// <param name="setup">Device, precision and adapters.</param>
    /// <param name="songs">Songs per batch (twice the pairs in preference optimisation).</param>
    /// <param name="frames">Frames of a song.</param>
    /// <param name="accumulates">Whether an update has the gradients of several batches.</param>
    public static TrainingMemory Estimate(
        LeLmConfig config, LeLmStage stage, TrainingSetup setup, int songs, int frames, bool accumulates = false)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(setup);
        var tensors = new LeLmTensors(config);
        LowRankPlan? plan = setup.Lora?.Plan(config, stage, 0);
        long width = setup.EffectivePrecision == ModelPrecision.Float32 ? 4 : 2;
        long all = tensors.Used.Sum(tensor => tensor.Count), adapters = plan is null ? 0 : tensors.Used.Sum(plan.CountOf);
        long trained = tensors.Used.Sum(TrainedOf), master = width == 4 ? 0 : 4;
        long gradients = trained * width;
        long backward = new ActivationMemory(config, stage, setup, songs, frames)
            .Peak(tensors, some => some.Sum(TrainedOf) * width, accumulates);
        // The optimiser needs all gradients at once, and memory of its own.
        long update = gradients + AdamW.WorkspaceBytes(tensors.Used.Max(TrainedOf), hasMasters: master > 0);
        return new(all + adapters, trained, (all + adapters) * width, gradients, trained * (8 + master),
            Math.Max(backward, update) - gradients);

        long TrainedOf(TensorInfo tensor) =>
            plan is not null ? plan.CountOf(tensor) : stage.Trains(tensors, tensor.Name) ? tensor.Count : 0;
    }
}
