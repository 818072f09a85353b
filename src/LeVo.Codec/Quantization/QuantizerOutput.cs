using static TorchSharp.torch;

namespace LeVo.Codec.Quantization;

/// <summary>Output of a quantizer in training.</summary>
/// <param name="Output">Vectors <c>[batch, frames, width]</c> with a straight-through gradient.</param>
/// <param name="Codes">The codes behind them.</param>
/// <param name="Commitment">Mean squared distance that pulls the projections to their entries.</param>
/// <param name="CodebookLoss">The same distance, pulling the entries to the projections.</param>
internal readonly record struct QuantizerOutput(Tensor Output, Tensor Codes, Tensor Commitment, Tensor CodebookLoss);
