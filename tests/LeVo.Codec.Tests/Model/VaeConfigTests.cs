using LeVo.Codec.Model;
using LeVo.Core.Model;

namespace LeVo.Codec.Tests.Model;

public sealed class VaeConfigTests : IDisposable
{
    private const string Released = """
        {
          "model_type": "autoencoder", "sample_size": 1920000, "sample_rate": 48000, "audio_channels": 2,
          "model": {
            "encoder": { "type": "oobleck", "config": { "in_channels": 2, "channels": 128, "c_mults": [1, 2, 4, 8, 16],
              "strides": [2, 4, 4, 6, 10], "latent_dim": 128, "use_snake": true } },
            "decoder": { "type": "oobleck", "config": { "out_channels": 2, "channels": 128, "c_mults": [1, 2, 4, 8, 16],
              "strides": [2, 4, 4, 6, 10], "latent_dim": 64, "use_snake": true, "final_tanh": false } },
            "bottleneck": { "type": "vae" }, "latent_dim": 64, "downsampling_ratio": 1920, "io_channels": 2
          },
          "training": { "learning_rate": 1e-4 }
        }
        """;

    private readonly string path = Path.GetTempFileName();

    [Fact]
    public void ReadsTheReleasedSizes()
    {
        VaeConfig config = Load(Released), released = new();
        Assert.Equal((48_000, 2, 64, 1920), (config.SampleRate, config.AudioChannels, config.LatentWidth, config.Ratio));
        Assert.Equal(released.Encoder.Strides, config.Encoder.Strides);
        Assert.Equal(released.Decoder.Multipliers, config.Decoder.Multipliers);
        Assert.Equal((128, true, false), (config.Decoder.Channels, config.Decoder.UseSnake, config.Decoder.FinalTanh));
        Assert.False(config.SoftClip);
    }

    [Fact]
    public void AnAbsentFinalTanhIsTrue() =>
        Assert.True(Load(Released.Replace(", \"final_tanh\": false", "", StringComparison.Ordinal)).Decoder.FinalTanh);

    [Fact]
    public void EverythingUnsupportedIsListed()
    {
        string text = Released
            .Replace("\"type\": \"vae\"", "\"type\": \"rvq\"", StringComparison.Ordinal)
            .Replace("\"in_channels\": 2", "\"in_channels\": 1", StringComparison.Ordinal)
            .Replace("\"final_tanh\": false", "\"use_nearest_upsample\": true", StringComparison.Ordinal)
            .Replace("\"io_channels\": 2", "\"io_channels\": 2, \"pretransform\": { \"type\": \"pqmf\" }", StringComparison.Ordinal);
        ModelLoadException e = Assert.Throws<ModelLoadException>(() => Load(text));
        Assert.Equal(4, e.Problems.Count);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StridesMakeTheRatio() =>
        Assert.Contains("1920", Assert.Throws<ModelLoadException>(
            () => Load(Released.Replace("[2, 4, 4, 6, 10]", "[2, 4, 4, 6, 8]", StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no json")]
    public void OtherFilesAreRefused(string text) => Assert.Throws<ModelLoadException>(() => Load(text));

    public void Dispose() => File.Delete(path);

    private VaeConfig Load(string text)
    {
        File.WriteAllText(path, text);
        return VaeConfig.Load(path);
    }
}
