using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>
/// Self-attention whose rotary positions turn the input <b>before</b> the query and key projections; values come from
/// the unturned input. Every frame attends to all frames.
/// </summary>
internal sealed class ConformerAttention(
    ParameterBuilder parameters, ConformerAttentionTensors tensors, int heads)
{
    private readonly Linear query = new(parameters, tensors.Query);
    private readonly Linear key = new(parameters, tensors.Key);
    private readonly Linear value = new(parameters, tensors.Value);
    private readonly Linear output = new(parameters, tensors.Output);

    /// <summary><c>[batch, frames, width]</c> to the same shape.</summary>
    public Tensor Forward(Tensor x, (Tensor Cos, Tensor Sin) angles)
    {
        using var scope = NewDisposeScope();
        long batch = x.shape[0], frames = x.shape[1], width = x.shape[2];
        Tensor rotated = RotaryTable.Rotate(x.view(batch, frames, heads, -1), angles).view(batch, frames, width);
        Tensor mixed = nn.functional.scaled_dot_product_attention(
            Split(query.Forward(rotated)), Split(key.Forward(rotated)), Split(value.Forward(x)));
        return output.Forward(mixed.transpose(1, 2).reshape(batch, frames, width)).MoveToOuterDisposeScope();

        Tensor Split(Tensor y) => y.view(batch, frames, heads, -1).transpose(1, 2);
    }
}
