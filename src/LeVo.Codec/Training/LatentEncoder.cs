using LeVo.Codec.Model;
using LeVo.Codec.Vae;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>The autoencoder's view of songs, for training the flow decoder.</summary>
/// <remarks>Thread-safe after construction.</remarks>
internal sealed class LatentEncoder : IDisposable
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
        VaeConfig config = VaeConfig.Load(configPath);
        vae = new(builder, new VaeTensors(config), config, withEncoder: true);
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
