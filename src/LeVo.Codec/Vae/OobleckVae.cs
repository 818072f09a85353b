using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>
/// The autoencoder between stereo sound and latents (Oobleck, as in Stable Audio). The same forward serves training.
/// </summary>
internal sealed class OobleckVae
{
    /// <summary>Added to every standard deviation of the latents.</summary>
    public const double ScaleFloor = 1e-4;

    /// <param name="parameters">Gets the values.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="withEncoder">Synthesis without audio prompts needs no encoder.</param>
    public OobleckVae(ParameterBuilder parameters, VaeTensors tensors, VaeConfig config, bool withEncoder)
        : this(config, withEncoder ? new(parameters, tensors.Encoder, config.Encoder) : null,
            new(parameters, tensors.Decoder, config.Decoder))
    {
    }

    /// <summary>Joins halves that were loaded apart.</summary>
    public OobleckVae(VaeConfig config, OobleckEncoder? encoder, OobleckDecoder decoder) =>
        (Config, Encoder, Decoder) = (config, encoder, decoder);

    public VaeConfig Config { get; }

    public OobleckEncoder? Encoder { get; }

    public OobleckDecoder Decoder { get; }

    /// <summary>Latents <c>[batch, Z, frames]</c> to sound <c>[batch, channels, samples]</c>.</summary>
    public Tensor Decode(Tensor latents)
    {
        using var scope = NewDisposeScope();
        Tensor sound = Decoder.Forward(latents);
        return (Config.SoftClip ? sound.tanh() : sound).MoveToOuterDisposeScope();
    }

    /// <summary>Sound <c>[batch, channels, samples]</c> to the latents' means and standard deviations
    /// <c>[batch, Z, frames]</c>.</summary>
    public (Tensor Mean, Tensor Scale) Encode(Tensor audio)
    {
        if (Encoder is null)
            throw new InvalidOperationException("This autoencoder was built without its encoder.");
        using var scope = NewDisposeScope();
        Tensor both = Encoder.Forward(audio);
        Tensor mean = both.narrow(1, 0, Config.LatentWidth);
        Tensor scale = both.narrow(1, Config.LatentWidth, Config.LatentWidth).Softplus().Plus(ScaleFloor);
        return (mean.MoveToOuterDisposeScope(), scale.MoveToOuterDisposeScope());
    }

    /// <summary>Latents drawn from the encoder's distribution, <c>[batch, Z, frames]</c>.</summary>
    public Tensor EncodeSample(Tensor audio, INoiseSource noise)
    {
        using var scope = NewDisposeScope();
        (Tensor mean, Tensor scale) = Encode(audio);
        return mean.addcmul(noise.Normal(mean.shape).to(mean.device), scale, Scalars.One).MoveToOuterDisposeScope();
    }
}
