using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>A level of the spectrogram's decoder, on rows as in <see cref="FrequencyEncoder"/>.</summary>
internal sealed class FrequencyDecoder(ParameterBuilder parameters, DemucsDecoderTensors tensors, bool isLast)
{
    private readonly Parameter rewriteWeight = parameters.Take(tensors.Rewrite.Weight);
    private readonly Parameter rewriteBias = parameters.Take(tensors.Rewrite.Bias);
    private readonly ResidualBranch branch = new(parameters, tensors.Branch);
    private readonly Parameter weight = parameters.Take(tensors.Convolution.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Convolution.Bias);

    /// <summary><c>[rows, channels, frames]</c> to <c>[4 · rows, outputs, frames]</c>.</summary>
    /// <param name="x">The signal of the level below.</param>
    /// <param name="skip">That of the encoder at this level.</param>
    /// <param name="outputs">First output channel and count, or null for all.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    public Tensor Forward(Tensor x, Tensor skip, (long First, long Count)? outputs = null,
        CancellationToken cancellationToken = default)
    {
        const int stride = DemucsConfig.Stride, halves = DemucsConfig.Kernel / DemucsConfig.Stride;
        using var scope = NewDisposeScope();
        (long rows, long channels, long frames) = (x.shape[0], x.shape[1], x.shape[2]);
        (long from, long count) = outputs ?? (0, bias.shape[0]);
        // Taps are rows of the result: [8 · outputs, channels].
        Tensor matrix = weight.squeeze(3).narrow(1, from, count).permute(2, 1, 0).reshape(-1, channels);
        Tensor padded = Join(x, skip);
        // Row r becomes the rows 4r to 4r + 7: its two halves are added to two successive groups of four.
        Tensor result = bias.narrow(0, from, count).view(1, 1, count, 1).expand(rows + 1, stride, count, frames).contiguous();
        RowTiles.Run(rows, Math.Max(2 * channels, halves * stride * count) * frames, (first, height) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor y = Pointwise.Product(matrix, null, Mix(padded.narrow(0, first, height + 2)));
            Tensor parts = y.view(height, halves, stride, count, frames);
            for (int half = 0; half < halves; half++)
                result.narrow(0, first + half, height).AddInPlace(parts.select(1, half));
        });
        // The first and the last two rows go beyond the spectrogram.
        Tensor cropped = result.view(-1, count, frames).narrow(0, stride / 2, stride * rows);
        return (isLast ? cropped : cropped.gelu_()).MoveToOuterDisposeScope();
    }

    /// <summary>The sum of both signals between two rows of zeros, which <see cref="Mix"/> reads.</summary>
    public static Tensor Join(Tensor x, Tensor skip)
    {
        using var scope = NewDisposeScope();
        Tensor padded = nn.functional.pad(x, [0, 0, 0, 0, 1, 1]);
        padded.narrow(0, 1, x.shape[0]).AddInPlace(skip);
        return padded.MoveToOuterDisposeScope();
    }

    /// <summary>What is convolved in the end: <c>[rows + 2, channels, frames]</c>, with the neighbours of the outer rows, to
    /// <c>[rows, channels, frames]</c>.</summary>
    public Tensor Mix(Tensor padded)
    {
        using var scope = NewDisposeScope();
        Tensor planes = padded.transpose(0, 1).unsqueeze(0);
        Tensor wide = nn.functional.conv2d(planes, rewriteWeight, rewriteBias, padding: [0, 1]);
        Tensor y = nn.functional.glu(wide, 1).squeeze(0).transpose(0, 1).contiguous();
        branch.Apply(y);
        return y.MoveToOuterDisposeScope();
    }
}
