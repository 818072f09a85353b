using System.Text.Json;
using LeVo.Core.Checkpoints;
using LeVo.Core.IO;
using LeVo.Core.Model;

namespace LeVo.Codec.Model;

/// <summary>Sizes of the autoencoder between stereo sound and latents. Defaults are the released ones.</summary>
internal sealed record VaeConfig
{
    private const string Safetensors = ".safetensors";
    private static readonly OobleckConfig Released = new(128, [1, 2, 4, 8, 16], [2, 4, 4, 6, 10]);

    public int SampleRate { get; init; } = 48_000;

    public int AudioChannels { get; init; } = 2;

    /// <summary>Latent width (Z).</summary>
    public int LatentWidth { get; init; } = 64;

    public OobleckConfig Encoder { get; init; } = Released;

    public OobleckConfig Decoder { get; init; } = Released;

    /// <summary>tanh after the decoder.</summary>
    public bool SoftClip { get; init; }

    /// <summary>Samples of one latent frame.</summary>
    public int Ratio => Decoder.Ratio;

    /// <summary>Reads a configuration file of the stable-audio kind, or the sizes of a GGUF or safetensors file, for
    /// autoencoders without a configuration.</summary>
    /// <exception cref="ModelLoadException">It is not such a file, or uses unsupported settings; all problems are listed.</exception>
    public static VaeConfig Load(string path)
    {
        if (GgufHeader.Is(path) || Path.GetExtension(path) == Safetensors)
        {
            using ICheckpoint file = Checkpoint.Open(path);
            return new VaeShapeReader(file).Read();
        }
        if (ForeignContent.DescribeText(path) is { } foreign)
            throw new ModelLoadException(path, [$"the file {foreign}"]);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new VaeConfigReader(path).Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is no valid UTF-8.
            throw new ModelLoadException(path, [$"not a JSON file: {e.Message}"], e);
        }
    }
}
