using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Codec.Vae;
using LeVo.Core.Audio;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// Turns songs with known stems into training data: codes of all three streams and, for the flow decoder, latents of the sound.
/// A song is one segment, frame by frame; nothing is repeated or normalised.
/// </summary>
/// <remarks>Thread-safe after construction.</remarks>
public sealed class SongEncoder : IDisposable
{
    private readonly ParameterSet mixedParameters, dualParameters;
    private readonly MusicFmEncoder mixed, dual;
    private readonly VectorQuantizer mixedQuantizer, vocalQuantizer, accompanimentQuantizer;
    private readonly (int Mixed, int Vocal, int Accompaniment) taps;

    /// <param name="mixedPath">The mixed codec's encoder.</param>
    /// <param name="dualPath">The dual-track codec's encoder.</param>
    /// <param name="sizes">Their sizes.</param>
    /// <param name="taps">MusicFM's hidden state of each stream.</param>
    /// <exception cref="LeVo.Core.Model.ModelLoadException">A file does not fit the sizes.</exception>
    public SongEncoder(string mixedPath, string dualPath, EncoderSizes sizes, (int Mixed, int Vocal, int Accompaniment) taps)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        LeVoRuntime.EnsureTorch();
        this.taps = taps;
        using Checkpoint mixedFile = Checkpoint.Open(mixedPath), dualFile = Checkpoint.Open(dualPath);
        ParameterBuilder mixedBuilder = new(new CheckpointTensorSource(mixedFile)),
            dualBuilder = new(new CheckpointTensorSource(dualFile));
        mixed = new(mixedBuilder.Root.Sub("bestrq").Sub("model"), sizes.ToConfig(), taps.Mixed);
        dual = new(dualBuilder.Root.Sub("bestrq").Sub("model"), sizes.ToConfig(), Math.Max(taps.Vocal, taps.Accompaniment));
        mixedQuantizer = Quantizer(mixedBuilder, "rvq_bestrq_emb");
        vocalQuantizer = Quantizer(dualBuilder, "rvq_bestrq_emb");
        accompanimentQuantizer = Quantizer(dualBuilder, "rvq_bestrq_bgm_emb");
        mixedParameters = mixedBuilder.Build(mixedPath);
        dualParameters = dualBuilder.Build(dualPath);

        VectorQuantizer Quantizer(ParameterBuilder builder, string name) =>
            new(builder.Root.Sub(name).Sub("quantizers").Sub(0), sizes.Width, sizes.CodebookSize, sizes.CodeWidth);
    }

    /// <summary>Codes of a song from its stems at 48 kHz, <c>[2][samples]</c> each.</summary>
    public SongTokens Encode(float[][] vocal, float[][] accompaniment)
    {
        float[] voice = ToMono24kHz(vocal), band = ToMono24kHz(accompaniment);
        float[] mix = [.. voice.Zip(band, (a, b) => a + b)];
        return SongTokens.FromRows(Codes(mixed, taps.Mixed, mixedQuantizer, mix), Codes(dual, taps.Vocal, vocalQuantizer, voice),
            Codes(dual, taps.Accompaniment, accompanimentQuantizer, band));
    }

    /// <summary>Stereo at 48 kHz to mono at 24 kHz, as MusicFM hears it.</summary>
    public static float[] ToMono24kHz(float[][] stereo)
    {
        ArgumentNullException.ThrowIfNull(stereo);
        var mono = new float[stereo[0].Length];
        for (int i = 0; i < mono.Length; i++)
            mono[i] = (stereo[0][i] + stereo[1][i]) / 2;
        return SincResampler.Resample(mono, 48_000, MusicFmConfig.SampleRate);
    }

    private static int[] Codes(MusicFmEncoder musicFm, int tap, VectorQuantizer quantizer, float[] mono)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor hidden = musicFm.Forward(tensor(mono, [1, mono.Length]), tap);
        return quantizer.Encode(hidden).to(ScalarType.Int32).data<int>().ToArray();
    }

    /// <summary>Frees the models.</summary>
    public void Dispose()
    {
        mixedParameters.Dispose();
        dualParameters.Dispose();
    }
}

/// <summary>The autoencoder's view of songs, for training the flow decoder.</summary>
/// <remarks>Thread-safe after construction.</remarks>
public sealed class LatentEncoder : IDisposable
{
    private readonly ParameterSet parameters;
    private readonly OobleckVae vae;

    /// <param name="configPath">The VAE's JSON.</param>
    /// <param name="weightsPath">Its weights.</param>
    public LatentEncoder(string configPath, string weightsPath)
    {
        LeVoRuntime.EnsureTorch();
        using Checkpoint file = Checkpoint.Open(weightsPath);
        var builder = new ParameterBuilder(new CheckpointTensorSource(file));
        vae = new OobleckVae(builder.Root, VaeConfig.Load(configPath), withEncoder: true);
        parameters = builder.Build(weightsPath);
    }

    /// <summary>Mean latents of stereo sound, <c>[latent width * frames]</c>, channel by channel.</summary>
    public float[] Encode(float[][] stereo)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return vae.Encode(TrainingBatch.Stereo([stereo])).Mean.contiguous().data<float>().ToArray();
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => parameters.Dispose();
}
