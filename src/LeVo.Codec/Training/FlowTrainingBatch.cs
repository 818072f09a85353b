using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>What one step of flow-matching training sees.</summary>
/// <param name="Latents">x₁, normalized, <c>[batch, frames, Z]</c>.</param>
/// <param name="Streams">Vectors of the codes, one <c>[batch, frames, D]</c> a stream.</param>
/// <param name="Masks">Frame kinds, int64 <c>[batch, frames]</c>.</param>
/// <param name="Times">t between 0 and 1, <c>[batch]</c>.</param>
/// <param name="Noise">z, standard normal, <c>[batch, frames, Z]</c>.</param>
/// <param name="Kept">1 where an item keeps its conditions, 0 where it trains the unconditional flow, <c>[batch]</c>;
/// null keeps all.</param>
internal sealed record FlowTrainingBatch(
    Tensor Latents, IReadOnlyList<Tensor> Streams, Tensor Masks, Tensor Times, Tensor Noise, Tensor? Kept = null);
