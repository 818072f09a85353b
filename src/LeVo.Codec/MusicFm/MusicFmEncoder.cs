using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>
/// MusicFM (conformer over a log-mel front end), up to the layers that are needed. Hidden state 0 is the front end's
/// output, state i the output of layer i; the state after the last layer passes the encoder's final norm.
/// </summary>
internal sealed class MusicFmEncoder
{
    private readonly MusicFmConfig config;
    private readonly FrontEnd frontEnd;
    private readonly RotaryTable rotary;
    private readonly ConformerLayer[] layers;
    private readonly LayerNorm? finalNorm;

    public MusicFmEncoder(ParameterBuilder parameters, MusicFmTensors tensors, MusicFmConfig config)
    {
        this.config = config;
        Spectrogram = new(parameters, tensors.Spectrogram);
        frontEnd = new(parameters, tensors.FrontEnd);
        rotary = new(parameters, tensors.InverseFrequencies);
        layers = [.. tensors.Layers.Select(layer => new ConformerLayer(parameters, layer, config))];
        finalNorm = tensors.FinalNorm is { } norm ? new(parameters, norm) : null;
    }

    /// <summary>Where the weights are; input must be there too.</summary>
    public Device Device => Spectrogram.FilterBank.device;

    public MelSpectrogram Spectrogram { get; }

    public FrontEnd FrontEnd => frontEnd;

    public IReadOnlyList<ConformerLayer> Layers => layers;

    /// <summary>Normalized log-mel, <c>[batch, samples]</c> to <c>[batch, mels, 4 frames]</c>; samples beyond a
    /// multiple of 960 are dropped.</summary>
    /// <exception cref="ArgumentException">Fewer than two frames: too short for the reflected edges.</exception>
    public Tensor Mel(Tensor mono24k)
    {
        using var scope = NewDisposeScope();
        long frames = mono24k.shape[1] / MusicFmConfig.FrameSamples;
        if (frames < 2)
        {
            throw new ArgumentException(
                $"MusicFM needs at least {2 * MusicFmConfig.FrameSamples} samples, not {mono24k.shape[1]}.",
                nameof(mono24k));
        }
        return Spectrogram.Forward(mono24k.narrow(1, 0, frames * MusicFmConfig.FrameSamples)).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden state number <paramref name="tap"/>, from <c>[batch, samples]</c> to
    /// <c>[batch, samples / 960, width]</c>.</summary>
    public Tensor Forward(Tensor mono24k, int tap)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tap, layers.Length);
        using var scope = NewDisposeScope();
        Tensor x = frontEnd.Forward(Mel(mono24k));
        (Tensor Cos, Tensor Sin) angles = rotary.Angles(x.shape[1]);
        for (int i = 0; i < tap; i++)
        {
            using Tensor previous = x;
            x = RunLayer(i, x, angles);
        }
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>All hidden states that the built layers give, the front end's first.</summary>
    public IReadOnlyList<Tensor> HiddenStates(Tensor mono24k)
    {
        using var scope = NewDisposeScope();
        List<Tensor> states = [frontEnd.Forward(Mel(mono24k))];
        (Tensor Cos, Tensor Sin) angles = rotary.Angles(states[0].shape[1]);
        for (int i = 0; i < layers.Length; i++)
            states.Add(RunLayer(i, states[i], angles));
        return [.. states.Select(state => state.MoveToOuterDisposeScope())];
    }

    /// <summary>Rotary cosines and sines for so many frames, as the layers take them.</summary>
    public (Tensor Cos, Tensor Sin) Angles(long frames) => rotary.Angles(frames);

    private Tensor RunLayer(int index, Tensor x, (Tensor Cos, Tensor Sin) angles)
    {
        Tensor y = layers[index].Forward(x, angles);
        if (index + 1 < config.Layers)
            return y;
        using (y)
            return finalNorm!.Forward(y);
    }
}
