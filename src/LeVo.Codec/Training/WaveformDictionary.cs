using LeVo.Codec.Model;
using LeVo.Codec.Vae;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// First values for an autoencoder of one level, whose kernels are as long as sounds: the principal components of windowed
/// excerpts. It starts as a linear codec that training refines; from noise, gradients need thousands of steps to get there.
/// </summary>
/// <remarks>
/// With one sine window for analysis and one for synthesis, a full set of components reconstructs the sound exactly, since the
/// squares of two neighbouring windows add up to one. Each component is scaled to unit power inside; the strongest are the
/// latents, the others are there for the decoder to learn.
/// </remarks>
internal static class WaveformDictionary
{
    private const int WindowsPerExcerpt = 16;
    private const double SmallestScale = 0.02; // of the largest; weaker components are not amplified further
    private const double QuietPower = 0.1; // of the loudest window: windows above it count alike
    private const double QuietScale = -3; // raw value of the latents' first standard deviations, 0.05
    private const double AlmostLinear = 3; // raw strength of the activations

    /// <summary>Writes the first values of both halves.</summary>
    /// <param name="parameters">Parameters of an <see cref="OobleckVae"/> with its encoder.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="config">Its sizes: one level, at the full rate as many channels as the sound.</param>
    /// <param name="excerpts">Stereo excerpts <c>[2][samples]</c> to learn from.</param>
    /// <exception cref="ArgumentException">The sizes are others.</exception>
    public static void Write(
        ParameterSet parameters, VaeTensors tensors, VaeConfig config, IEnumerable<float[][]> excerpts)
    {
        OobleckConfig encoder = config.Encoder, decoder = config.Decoder;
        int heard = encoder.Width(1), atoms = decoder.Width(1), hop = encoder.Ratio;
        if (encoder.Levels != 1 || decoder.Levels != 1 || decoder.Ratio != hop || encoder.Channels != config.AudioChannels
            || decoder.Channels != config.AudioChannels || !encoder.UseSnake || !decoder.UseSnake || heard < config.LatentWidth || atoms < heard)
            throw new ArgumentException("A dictionary needs one level, the sound's own channels at the full rate, "
                + "as many atoms in the encoder as latents, and no fewer in the decoder.", nameof(config));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using Scalar quiet = QuietScale.ToScalar(), linear = AlmostLinear.ToScalar();
        Tensor window = Scalars.Range(2 * hop, float32).Plus(0.5).Times(Math.PI / (2 * hop)).sin();
        Tensor rows = Windows(excerpts, hop, window);
        Tensor components = Components(rows, atoms); // [atoms, channels * 2 hop]
        Tensor scale = mm(rows, components.t()).Squared().mean([0]).sqrt();
        scale = maximum(scale, scale.max().Times(SmallestScale)).unsqueeze(1);
        Tensor kernels = components.view(atoms, config.AudioChannels, 2 * hop) * window;
        VaeEncoderLevelTensors analysis = tensors.Encoder.Levels[0];
        VaeDecoderLevelTensors synthesis = tensors.Decoder.Levels[0];
        Weight(analysis.Down).copy_((kernels / scale.unsqueeze(2)).narrow(0, 0, heard));
        parameters[synthesis.Up.Weight.Weight.Name].copy_(kernels * scale.unsqueeze(2));
        ConvolutionTensors[] same = [tensors.Encoder.Input, tensors.Encoder.Output, tensors.Decoder.Input, tensors.Decoder.Output];
        foreach (ConvolutionTensors convolution in same)
            Identity(Weight(convolution));
        // The residual units' branches grow from nothing.
        foreach (ResidualUnitTensors unit in analysis.Units.Concat(synthesis.Units))
            Weight(unit.Narrow).zero_();
        Weight(tensors.Encoder.Output).narrow(0, config.LatentWidth, config.LatentWidth).zero_();
        parameters[tensors.Encoder.Output.Bias!.Name].narrow(0, config.LatentWidth, config.LatentWidth).fill_(quiet);
        ActivationTensors[] activations =
            [analysis.Activation, tensors.Encoder.Activation, synthesis.Activation, tensors.Decoder.Activation];
        foreach (ActivationTensors activation in activations)
            parameters[activation.Beta!.Name].fill_(linear);

        Tensor Weight(ConvolutionTensors convolution) => parameters[convolution.Weight.Weight.Name];
    }

    /// <summary>What is left to train: everything but the dictionary. Its weak components are so small that steps which suit the
    /// other layers would replace them by noise.</summary>
    public static IEnumerable<KeyValuePair<string, Parameter>> Others(ParameterSet parameters, VaeTensors tensors)
    {
        string analysis = tensors.Encoder.Levels[0].Down.Weight.Weight.Name;
        string synthesis = tensors.Decoder.Levels[0].Up.Weight.Weight.Name;
        return parameters.Trainable.Where(parameter => parameter.Key != analysis && parameter.Key != synthesis);
    }

    /// <summary>Passes the channels that input and output have in common.</summary>
    private static void Identity(Tensor weight)
    {
        weight.zero_();
        weight.select(2, weight.shape[2] / 2).copy_(eye(weight.shape[0], weight.shape[1]));
    }

    /// <summary>Windowed stretches of the excerpts, both channels in one row.</summary>
    private static Tensor Windows(IEnumerable<float[][]> excerpts, int hop, Tensor window) =>
        cat([.. excerpts.Select(stereo =>
        {
            using var scope = NewDisposeScope();
            // The convolutions' windows begin half a hop before a frame.
            Tensor windows = stack([.. stereo.Select(channel => tensor(channel[(hop / 2)..]).unfold(0, 2 * hop, hop))], 1) * window;
            long count = windows.shape[0], step = Math.Max(1, count / WindowsPerExcerpt);
            return windows.slice(0, 0, count, step).reshape([-1, stereo.Length * 2 * hop]).MoveToOuterDisposeScope();
        })]);

    /// <summary>The strongest directions of the rows, orthonormal, from the rows' Gram matrix.</summary>
    private static Tensor Components(Tensor rows, int count)
    {
        Tensor power = rows.Squared().mean([1], keepdim: true);
        Tensor even = rows / power.Plus(power.max().Times(QuietPower)).sqrt();
        (Tensor _, Tensor vectors) = linalg.eigh(mm(even, even.t()));
        Tensor strongest = vectors.narrow(1, vectors.shape[1] - count, count).flip(1);
        // Orthonormal columns, also where the rows have fewer directions than requested.
        return linalg.qr(mm(even.t(), strongest)).Q.t();
    }
}
