using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>
/// The transformer between the two branches of the separator: layers in which each branch attends to itself alternate with
/// layers in which each attends to the other.
/// </summary>
internal sealed class CrossTransformer(ParameterBuilder parameters, CrossTransformerTensors tensors, DemucsConfig config)
{
    private readonly LayerNorm frequencyNorm = new(parameters, tensors.FrequencyNorm);
    private readonly LayerNorm timeNorm = new(parameters, tensors.TimeNorm);

    /// <summary>The layers of the spectrogram's tokens.</summary>
    public IReadOnlyList<CrossTransformerLayer> FrequencyLayers { get; } =
        [.. tensors.FrequencyLayers.Select(layer => new CrossTransformerLayer(parameters, layer, config.Heads))];

    /// <summary>The layers of the waveform's tokens.</summary>
    public IReadOnlyList<CrossTransformerLayer> TimeLayers { get; } =
        [.. tensors.TimeLayers.Select(layer => new CrossTransformerLayer(parameters, layer, config.Heads))];

    /// <summary>Both branches after the last layer.</summary>
    /// <param name="frequency"><c>[1, frames · rows, width]</c>, all rows of a frame together.</param>
    /// <param name="rows">Rows of the spectrogram.</param>
    /// <param name="time"><c>[1, moments, width]</c>.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    public (Tensor Frequency, Tensor Time) Forward(Tensor frequency, long rows, Tensor time,
        CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        (Tensor x, Tensor y) = Begin(frequency, rows, time);
        for (int n = 0; n < config.Layers; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            (Tensor nextX, Tensor nextY) = Layer(n, x, y);
            x.Dispose();
            y.Dispose();
            (x, y) = (nextX.MoveToOuterDisposeScope(), nextY.MoveToOuterDisposeScope());
        }
        return (x.MoveToOuterDisposeScope(), y.MoveToOuterDisposeScope());
    }

    /// <summary>The inputs of the first layer: normalized tokens with their positions.</summary>
    public (Tensor Frequency, Tensor Time) Begin(Tensor frequency, long rows, Tensor time)
    {
        using var scope = NewDisposeScope();
        long frames = frequency.shape[1] / rows;
        Tensor x = frequencyNorm.Forward(frequency).AddInPlace(
            TokenPositions.Planes(rows, frames, config.Width, frequency.device).view(1, frames * rows, config.Width));
        Tensor y = timeNorm.Forward(time).AddInPlace(TokenPositions.Moments(time.shape[1], config.Width, time.device));
        return (x.MoveToOuterDisposeScope(), y.MoveToOuterDisposeScope());
    }

    /// <summary>Both branches after layer <paramref name="n"/>; both read the values before it.</summary>
    public (Tensor Frequency, Tensor Time) Layer(int n, Tensor frequency, Tensor time)
    {
        bool isCross = n % 2 == 1;
        return (FrequencyLayers[n].Forward(frequency, isCross ? time : null),
            TimeLayers[n].Forward(time, isCross ? frequency : null));
    }
}
