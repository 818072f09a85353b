using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>A level of the waveform's encoder.</summary>
internal sealed class TimeEncoder(ParameterBuilder parameters, DemucsEncoderTensors tensors)
{
    private readonly Parameter weight = parameters.Take(tensors.Convolution.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Convolution.Bias);
    private readonly ResidualBranch branch = new(parameters, tensors.Branch);
    private readonly Pointwise rewrite = new(parameters, tensors.Rewrite);

    /// <summary><c>[1, inputs, time]</c> to <c>[1, channels, time / 4]</c>, rounded up.</summary>
    public Tensor Forward(Tensor x)
    {
        const int stride = DemucsConfig.Stride;
        using var scope = NewDisposeScope();
        long missing = (stride - x.shape[2] % stride) % stride;
        Tensor padded = missing == 0 ? x : nn.functional.pad(x, [0, missing]);
        Tensor y = nn.functional.conv1d(padded, weight, bias, stride, (DemucsConfig.Kernel - stride) / 2).gelu_();
        branch.Apply(y);
        using Tensor wide = rewrite.Forward(y);
        return nn.functional.glu(wide, 1).MoveToOuterDisposeScope();
    }
}

/// <summary>A level of the waveform's decoder.</summary>
internal sealed class TimeDecoder(ParameterBuilder parameters, DemucsDecoderTensors tensors, bool isLast)
{
    private readonly Parameter rewriteWeight = parameters.Take(tensors.Rewrite.Weight);
    private readonly Parameter rewriteBias = parameters.Take(tensors.Rewrite.Bias);
    private readonly ResidualBranch branch = new(parameters, tensors.Branch);
    private readonly Parameter weight = parameters.Take(tensors.Convolution.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Convolution.Bias);

    /// <summary><c>[1, channels, time]</c> to <c>[1, outputs, length]</c>.</summary>
    /// <param name="x">The signal of the level below.</param>
    /// <param name="skip">That of the encoder at this level.</param>
    /// <param name="length">What came into the encoder at this level; four times the time at most.</param>
    /// <param name="outputs">First output channel and count, or null for all.</param>
    public Tensor Forward(Tensor x, Tensor skip, long length, (long First, long Count)? outputs = null)
    {
        using var scope = NewDisposeScope();
        (long from, long count) = outputs ?? (0, bias.shape[0]);
        Tensor y = nn.functional.conv_transpose1d(Mix(x, skip), weight.narrow(1, from, count), bias.narrow(0, from, count),
            DemucsConfig.Stride, (DemucsConfig.Kernel - DemucsConfig.Stride) / 2).narrow(2, 0, length);
        return (isLast ? y : y.gelu_()).MoveToOuterDisposeScope();
    }

    /// <summary>What is convolved in the end, <c>[1, channels, time]</c>.</summary>
    public Tensor Mix(Tensor x, Tensor skip)
    {
        using var scope = NewDisposeScope();
        Tensor y;
        using (Tensor sum = x.Plus(skip))
        using (Tensor wide = nn.functional.conv1d(sum, rewriteWeight, rewriteBias, padding: 1))
            y = nn.functional.glu(wide, 1);
        branch.Apply(y);
        return y.MoveToOuterDisposeScope();
    }
}
