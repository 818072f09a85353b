using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>One window to be generated.</summary>
/// <param name="Streams">Vectors of the codes, one <c>[batch, frames, D]</c> a stream.</param>
/// <param name="Noise">Where the flow starts, <c>[batch, frames, Z]</c>.</param>
/// <param name="Given">Known latents <c>[batch, Z, frames]</c>; frames beyond the context don't matter.</param>
/// <param name="ContextLength">Frames that are given.</param>
/// <param name="Length">Frames that exist; those beyond are absent.</param>
internal sealed record FlowWindow(
    IReadOnlyList<Tensor> Streams, Tensor Noise, Tensor Given, long ContextLength, long Length);

/// <summary>A solver step about to be taken.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Count">Steps in all.</param>
/// <param name="Time">Between 0 and 1.</param>
/// <param name="Input">The rows that are evaluated: the unconditional ones first where there are both; valid during the
/// call.</param>
internal readonly record struct FlowStep(int Index, int Count, float Time, Tensor Input);
