using LeVo.Codec.Model;
using LeVo.Codec.Vae;
using LeVo.Core.Checkpoints;
using static TorchSharp.torch;

namespace LeVo.Codec.Loading;

/// <summary>The autoencoder's checkpoint and configuration; its two halves are loaded when they are needed.</summary>
internal sealed class VaeFile : IDisposable
{
    private readonly ICheckpoint file;
    private readonly ModelPart<OobleckDecoder> decoder;
    private readonly ModelPart<OobleckEncoder>? encoder;

    /// <param name="configPath">The JSON configuration; a GGUF file is its own.</param>
    /// <param name="path">The checkpoint.</param>
    /// <param name="device">Where the parameters go.</param>
    /// <param name="problems">Gets what is missing, misshapen or unfit for the codec.</param>
    public VaeFile(string configPath, string path, Device device, List<string> problems)
    {
        Config = VaeConfig.Load(configPath);
        if (Config.AudioChannels != 2)
            problems.Add($"{configPath}: {Config.AudioChannels} channels, not stereo");
        if (Config.Decoder.Strides.Any(stride => stride % 2 != 0))
            problems.Add($"{configPath}: odd strides lose samples, so that windows can't be joined");
        if (Config.SampleRate % Config.Ratio != 0)
            problems.Add($"{configPath}: {Config.SampleRate} samples per second are no whole frames of {Config.Ratio}");
        var tensors = new VaeTensors(Config);
        file = Checkpoint.Open(path, tensors.All.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal));
        try
        {
            decoder = new(file, device, parameters => new(parameters, tensors.Decoder, Config.Decoder), problems);
            // GGUF files, and what is converted from them, have the decoder alone.
            if (file.ShapeOf(tensors.Encoder.Input.Bias!.Name) is not null || file.ShapeOf(tensors.Decoder.Input.Bias!.Name) is null)
                encoder = new(file, device, parameters => new(parameters, tensors.Encoder, Config.Encoder), problems);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public VaeConfig Config { get; }

    /// <summary>Frames per second.</summary>
    public int FrameRate => Config.SampleRate / Config.Ratio;

    /// <summary>The autoencoder for synthesis; its encoder is loaded only for prompts.</summary>
    /// <exception cref="NotSupportedException">The encoder is wanted, and the file has none.</exception>
    public OobleckVae Open(bool withEncoder) => withEncoder && encoder is null
        ? throw new NotSupportedException($"'{file.Path}' holds no encoder: sound can't become latents.")
        : new(Config, withEncoder ? encoder?.Layers : null, decoder.Layers);

    /// <summary>Frees the parts in memory; they are loaded again when they are needed.</summary>
    public void Unload()
    {
        decoder.Unload();
        encoder?.Unload();
    }

    public void Dispose()
    {
        decoder.Dispose();
        encoder?.Dispose();
        file.Dispose();
    }
}
