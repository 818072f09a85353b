using LeVo.Core.Listings;
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

    /// <param name="scope">Where the keys begin, <c>bestrq.model</c> in the released files.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="layersToBuild">The highest tap; later layers are declared but never loaded.</param>
    public MusicFmEncoder(ParameterScope scope, MusicFmConfig config, int layersToBuild)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layersToBuild);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layersToBuild, config.Layers);
        this.config = config;
        Spectrogram = new(scope.Sub("preprocessor_melspec_2048").Sub("mel_stft"), config.Mels);
        frontEnd = new(scope.Sub("conv"), config);
        ParameterScope conformer = scope.Sub("conformer");
        rotary = new(conformer.Sub("embed_positions"), config.Width / config.Heads);
        layers = [.. Enumerable.Range(0, layersToBuild)
            .Select(i => new ConformerLayer(conformer.Sub("layers").Sub(i), config))];
        if (layersToBuild == config.Layers)
            finalNorm = new(conformer.Sub("layer_norm"), config.Width);
        DeclareUnused(scope, config, layersToBuild);
    }

    /// <summary>Where the weights are; input must be there too.</summary>
    public Device Device => Spectrogram.FilterBank.device;

    public MelSpectrogram Spectrogram { get; }

    public FrontEnd FrontEnd => frontEnd;

    public IReadOnlyList<ConformerLayer> Layers => layers;

    /// <summary>Normalised log-mel, <c>[batch, samples]</c> to <c>[batch, mels, 4 frames]</c>; samples beyond a
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
        using var scope = NewDisposeScope();
        return ForwardMel(Mel(mono24k), tap).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden state <paramref name="tap"/> of a spectrogram that <see cref="Mel"/> made.</summary>
    public Tensor ForwardMel(Tensor mel, int tap)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tap, layers.Length);
        using var scope = NewDisposeScope();
        Tensor x = frontEnd.Forward(mel);
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

    /// <summary>Files hold the whole network and parts of its pre-training; we read the layers below the tap.</summary>
    private static void DeclareUnused(ParameterScope scope, MusicFmConfig config, int built)
    {
        ParameterScope conformer = scope.Sub("conformer");
        if (built < config.Layers)
        {
            var listing = new ParameterBuilder(new EmptyTensorSource());
            _ = new ConformerLayer(listing.Root, config);
            using ParameterSet unused = listing.Build("conformer layer");
            for (int i = built; i < config.Layers; i++)
                foreach (TensorInfo tensor in listing.Listing.All)
                    conformer.Sub("layers").Sub(i).Ignore(tensor.Name, tensor.Shape);
            conformer.Sub("layer_norm").Ignore("weight", config.Width);
            conformer.Sub("layer_norm").Ignore("bias", config.Width);
        }
        ParameterScope positions = conformer.Sub("pos_conv_embed").Sub("conv");
        positions.Ignore("bias", config.Width);
        positions.Ignore("weight_g", 1, 1, 128);
        positions.Ignore("weight_v", config.Width, config.Width / 16, 128);
        scope.Ignore("cls_token", config.Width);
        scope.Sub("linear").Ignore("weight", config.PretrainingCodes, config.Width);
        scope.Sub("linear").Ignore("bias", config.PretrainingCodes);
    }

    private sealed class EmptyTensorSource : ITensorSource
    {
        public Tensor Find(TensorInfo tensor) => empty(tensor.Shape, device: META);
    }
}
