using LeVo.Core;
using LeVo.Core.Listings;
using LeVo.Core.Model;

namespace LeVo.Alignment.Policy;

/// <summary>
/// The memory of one forward and backward pass over a batch: activations that wait for the backward pass, gradients that it has
/// computed, and temporary tensors. The backward pass releases the activations of a part of the model while it computes the gradients
/// of its weights, so that the largest sum is sought from the last part to the first.
/// </summary>
/// <param name="config">The model.</param>
/// <param name="stage">The training stage.</param>
/// <param name="setup">Precision and adapters, and whether activations are recomputed.</param>
/// <param name="songs">Songs per batch.</param>
/// <param name="frames">Frames of a song.</param>
internal sealed class ActivationMemory(LeLmConfig config, LeLmStage stage, TrainingSetup setup, long songs, long frames)
{
    /// <summary>Frames of all songs of a batch whose logits are in memory at once.</summary>
    public const int LogitRows = 2048;

    private readonly int element = setup.EffectivePrecision == ModelPrecision.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>Positions of all songs of the batch.</summary>
    private long Positions => songs * (config.PrefixLength + frames + 1 + (stage == LeLmStage.Mixed ? 0 : config.Delays.Max()));

    /// <summary>The largest sum of activations, gradients and temporary tensors, in bytes.</summary>
    /// <param name="tensors">The model's tensors.</param>
    /// <param name="gradients">Bytes of the gradients of tensors.</param>
    /// <param name="accumulates">Whether there are gradients of an earlier batch, to which this one's are added.</param>
    public long Peak(LeLmTensors tensors, Func<IEnumerable<TensorInfo>, long> gradients, bool accumulates)
    {
        Part[] parts = [.. Parts(tensors, gradients)];
        long stored = parts.Sum(part => part.Stored), done = accumulates ? parts.Sum(part => part.Gradients) : 0, peak = 0;
        foreach (Part part in parts.Reverse())
        {
            if (!accumulates)
                done += part.Gradients;
            peak = Math.Max(peak, stored + part.Working + done + (accumulates ? part.Gradients : 0));
            stored -= part.Stored;
        }
        return peak;
    }

    /// <summary>The parts of the model in the order of the forward pass.</summary>
    private IEnumerable<Part> Parts(LeLmTensors tensors, Func<IEnumerable<TensorInfo>, long> gradients)
    {
        long hidden = Positions * config.Width * element;
        HashSet<string> inner = [.. Layers(tensors.MixedStack).Concat(Layers(tensors.TrackStack)).Concat(Bridge(tensors.Bridge))
            .Concat(Heads()).Select(tensor => tensor.Name)];
        yield return new(0, 0, gradients(tensors.Used.Where(tensor => !inner.Contains(tensor.Name))));
        if (stage != LeLmStage.Tracks)
            foreach (DecoderLayerTensors layer in tensors.MixedStack.Layers)
                yield return Layer(gradients(All(layer)));
        if (stage != LeLmStage.Mixed)
        {
            // Both inputs joined, the inner outputs, and those after the activation function.
            yield return new(4 * hidden, 0, gradients(Bridge(tensors.Bridge)));
            foreach (DecoderLayerTensors layer in tensors.TrackStack.Layers)
                yield return Layer(gradients(All(layer)));
        }
        // Each codebook's hidden states of the frames, and the logarithms of the probabilities if they are kept; then logits in float32, their softmax and its gradient, and in 16 bits the
        // logits and their gradient, of a part of the frames at a time.
        long rows = Math.Min(songs * frames, LogitRows), half = element == sizeof(float) ? 0 : 2 * element;
        long codebooks = stage switch { LeLmStage.Mixed => 1, LeLmStage.Tracks => config.Codebooks - 1, _ => config.Codebooks };
        long kept = setup.CheckpointActivations ? 0 : (long)config.Classes * sizeof(float);
        yield return new(codebooks * songs * frames * (config.Width * element + kept), rows * config.Classes * (3 * sizeof(float) + half),
            gradients(Heads()));

        IEnumerable<TensorInfo> Heads() => tensors.TrackHeads.Prepend(tensors.MixedHead).Select(head => head.Weight);
    }

    private Part Layer(long gradients)
    {
        long width = config.Width, inner = config.FeedForwardWidth;
        // Of each norm its input in float32 and its output; before the weight, too, if the weight is trained. Queries, keys, values
        // and their attention; gate, its activation, up and their product.
        long norm = (sizeof(float) + element + (setup.Lora is null ? element : 0)) * width;
        long kept = Positions * (2 * norm + (4 * width + 4 * inner) * element);
        // The gradients of the product and of its two factors.
        long temporary = Positions * 3 * inner * element;
        return setup.CheckpointActivations
            ? new(Positions * width * element, kept + temporary, gradients)
            : new(kept, temporary, gradients);
    }

    private static IEnumerable<TensorInfo> Layers(StackTensors stack) => stack.Layers.SelectMany(All);

    private static IEnumerable<TensorInfo> All(DecoderLayerTensors layer) =>
        [layer.AttentionNorm, layer.FeedForwardNorm, .. layer.Matrices];

    private static IEnumerable<TensorInfo> Bridge(BridgeTensors bridge) =>
        ((TensorInfo?[])[bridge.Inner.Weight, bridge.Inner.Bias, bridge.Outer.Weight, bridge.Outer.Bias]).OfType<TensorInfo>();

    /// <summary>A part of the model.</summary>
    /// <param name="Stored">What waits for its backward pass.</param>
    /// <param name="Working">What only its own passes need.</param>
    /// <param name="Gradients">The gradients of its weights.</param>
    private sealed record Part(long Stored, long Working, long Gradients);
}
