using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>
/// A level of the spectrogram's encoder. A signal is <c>[rows, channels, frames]</c>, one row a frequency: the rows that a
/// convolution over frequencies reads lie side by side, so that it is one matrix product.
/// </summary>
internal sealed class FrequencyEncoder(ParameterBuilder parameters, DemucsEncoderTensors tensors)
{
    /// <summary>Rows of zeros that the convolution reads beyond each end.</summary>
    private const int Margin = (DemucsConfig.Kernel - DemucsConfig.Stride) / 2;

    private readonly Parameter weight = parameters.Take(tensors.Convolution.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Convolution.Bias);
    private readonly Pointwise rewrite = new(parameters, tensors.Rewrite);

    /// <summary>The residual branch.</summary>
    public ResidualBranch Branch { get; } = new(parameters, tensors.Branch);

    /// <summary><c>[rows, inputs, frames]</c> to <c>[rows / 4, channels, frames]</c>.</summary>
    public Tensor Forward(Tensor x, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        (long inputs, long frames, long channels) = (x.shape[1], x.shape[2], weight.shape[0]);
        long rows = x.shape[0] / DemucsConfig.Stride, read = DemucsConfig.Kernel * inputs;
        Tensor matrix = weight.squeeze(3).transpose(1, 2).reshape(channels, read);
        Tensor padded = nn.functional.pad(x, [0, 0, 0, 0, Margin, Margin]);
        Tensor windows = padded.as_strided([rows, read, frames], [DemucsConfig.Stride * inputs * frames, frames, 1]);
        Tensor output = empty([rows, channels, frames], device: x.device);
        RowTiles.Run(rows, 2 * channels * frames, (first, count) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor y = Pointwise.Product(matrix, bias, windows.narrow(0, first, count)).gelu_();
            Branch.Apply(y);
            output.narrow(0, first, count).copy_(nn.functional.glu(rewrite.Forward(y), 1));
        });
        return output.MoveToOuterDisposeScope();
    }
}
