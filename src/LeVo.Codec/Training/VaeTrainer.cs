using LeVo.Codec.Model;
using LeVo.Codec.Vae;
using LeVo.Core.Numerics;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// Trains the codec's variational autoencoder (the latents that the flow decoder predicts) from stereo excerpts: spectral
/// distance at several resolutions, the waveform's error relative to its power, a small KL term, no adversary.
/// </summary>
/// <remarks>Not thread-safe: one run at a time.</remarks>
internal sealed class VaeTrainer
{
    private const double KlWeight = 1e-3;
    private readonly VaeConfig config;
    private readonly TrainingOptions options;

    /// <param name="configPath">The VAE's JSON configuration.</param>
    /// <param name="options">The run.</param>
    public VaeTrainer(string configPath, TrainingOptions options)
    {
        config = VaeConfig.Load(configPath);
        this.options = options;
    }

    /// <summary>How many batches give the outermost level its first values, the principal components of their windows, which
    /// then stay as they are; 0 draws all values at random and trains all.</summary>
    public int DictionaryBatches { get; init; }

    /// <summary>Trains to the last step, from the run's checkpoint if there is one, and writes the weights.</summary>
    /// <param name="outputPath">File of the finished weights (safetensors, 16 bit).</param>
    /// <param name="batches">The excerpts of a step, <c>[batch][2][samples]</c>, a multiple of the downsampling ratio long;
    /// a function of the step number alone, so that a resumed run has the same.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    public void Train(string outputPath, Func<int, IReadOnlyList<float[][]>> batches,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new RandomTensorSource(options.Seed));
        var tensors = new VaeTensors(config);
        var vae = new OobleckVae(builder, tensors, config, withEncoder: true);
        using ParameterSet parameters = builder.Build("The VAE");
        if (DictionaryBatches > 0)
            WaveformDictionary.Write(parameters, tensors, config, Enumerable.Range(0, DictionaryBatches).SelectMany(batches));
        using var spectral = new SpectralLoss(2048, 512);
        var loop = new TrainingLoop(DictionaryBatches > 0 ? WaveformDictionary.Others(parameters, tensors) : parameters.Trainable, options);
        loop.Run(step => Step(vae, spectral, batches(step), step), progress, cancellationToken);
        options.Replicas.First(() => TensorWriter.Save(outputPath, parameters.ToStateDict(), floats: float16));
    }

    private StepResult Step(
        OobleckVae vae, SpectralLoss spectral, IReadOnlyList<float[][]> excerpts, int step)
    {
        Tensor audio = TrainingBatch.Stereo(excerpts);
        (Tensor mean, Tensor scale) = vae.Encode(audio);
        using var generator = new Generator((ulong)StepRandom.Create(options.Seed, step).NextInt64());
        Tensor latents = mean.Plus(scale * randn(mean.shape, generator: generator));
        Tensor decoded = vae.Decode(latents);
        long length = Math.Min(decoded.shape[2], audio.shape[2]);
        Tensor actual = SpectralLoss.MidSide(decoded.narrow(2, 0, length)), expected = SpectralLoss.MidSide(audio.narrow(2, 0, length));
        Tensor distance = spectral.Distance(actual, expected);
        Tensor waveform = (actual - expected).Squared().mean() / expected.Squared().mean().Plus(1e-4);
        Tensor kl = VaeKl.Compute(mean, scale);
        return new(distance.Plus(waveform).Plus(kl.Times(KlWeight / config.LatentWidth)),
            ("spectral", distance), ("waveform", waveform), ("kl", kl));
    }
}
