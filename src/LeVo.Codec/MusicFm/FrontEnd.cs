using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>Two residual 2-D convolution blocks and a linear layer: log-mel to frames at 25 Hz.</summary>
internal sealed class FrontEnd
{
    private readonly Linear linear;

    public FrontEnd(ParameterBuilder parameters, FrontEndTensors tensors)
    {
        Blocks = [.. tensors.Blocks.Select(block => new ResidualBlock(parameters, block))];
        linear = new(parameters, tensors.Linear);
    }

    public IReadOnlyList<ResidualBlock> Blocks { get; }

    /// <summary><c>[batch, mels, 4 frames]</c> to <c>[batch, frames, width]</c>.</summary>
    public Tensor Forward(Tensor mel)
    {
        using var scope = NewDisposeScope();
        Tensor x = mel.unsqueeze(1);
        foreach (ResidualBlock block in Blocks)
            x = block.Forward(x);
        // [batch, channels, bands, frames]: the features of a frame are channel major.
        Tensor features = x.permute(0, 3, 1, 2).flatten(2);
        return linear.Forward(features).MoveToOuterDisposeScope();
    }
}
