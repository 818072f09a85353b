using LeVo.Codec.Model;
using LeVo.Codec.Training;
using LeVo.Codec.Vae;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Training;

public sealed class WaveformDictionaryTests
{
    private const int Hop = 48;

    // Eight tones at hop-aligned frequencies span sixteen dimensions: sine and cosine of each.
    private static readonly VaeConfig Config = new()
    {
        LatentWidth = 18,
        Encoder = new(2, [9], [Hop]),
        Decoder = new(2, [10], [Hop]),
    };

    public WaveformDictionaryTests() => LeVoRuntime.EnsureTorch();

    [Fact]
    public void TheAutoencoderBeginsAsALinearCodecOfItsExcerpts()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Fresh(Config, out OobleckVae vae);
        float fresh = Error(vae);
        WaveformDictionary.Write(parameters, new(Config), Config, Excerpts(1));
        float started = Error(vae);
        Assert.True(fresh > 0.5f, $"{fresh}");
        Assert.True(started < 0.01f, $"{started}");
    }

    [Fact]
    public void TheDictionaryStaysWhenTheRestIsTrained()
    {
        using ParameterSet parameters = Fresh(Config, out _);
        string[] others = [.. WaveformDictionary.Others(parameters, new(Config)).Select(parameter => parameter.Key)];
        Assert.Equal(
            ["decoder.layers.1.layers.1.weight", "encoder.layers.1.layers.4.weight"],
            parameters.Trainable.Select(parameter => parameter.Key).Except(others).Order());
    }

    [Fact]
    public void OtherShapesAreRefused()
    {
        VaeConfig deep = Config with { Encoder = new(2, [10, 10], [6, 8]), Decoder = new(2, [10, 10], [6, 8]) };
        VaeConfig wide = Config with { Encoder = new(4, [5], [Hop]), Decoder = new(4, [5], [Hop]) };
        VaeConfig narrow = Config with { LatentWidth = 24 };
        foreach (VaeConfig config in (VaeConfig[])[deep, wide, narrow])
        {
            using ParameterSet parameters = Fresh(config, out _);
            Assert.Throws<ArgumentException>(() => WaveformDictionary.Write(parameters, new(config), config, Excerpts(1)));
        }
    }

    /// <summary>Error of unseen excerpts through the autoencoder, relative to their power, away from the edges.</summary>
    private static float Error(OobleckVae vae)
    {
        Tensor audio = TrainingBatch.Stereo(Excerpts(2));
        Tensor decoded = vae.Decode(vae.Encode(audio).Mean);
        Tensor inner = audio.narrow(2, 2 * Hop, audio.shape[2] - 4 * Hop);
        return ((decoded.narrow(2, 2 * Hop, inner.shape[2]) - inner).square().mean() / inner.square().mean()).item<float>();
    }

    private static ParameterSet Fresh(VaeConfig config, out OobleckVae vae)
    {
        var builder = new ParameterBuilder(new RandomTensorSource(1));
        vae = new(builder, new VaeTensors(config), config, withEncoder: true);
        return builder.Build("test");
    }

    private static List<float[][]> Excerpts(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 16).Select(_ =>
        {
            (double Hz, double Phase, double Level)[] tones =
                [.. Enumerable.Range(1, 8).Select(k => (k / (double)Hop, random.NextDouble() * 6.28, 0.1 * random.NextDouble()))];
            float[] sum = [.. Enumerable.Range(0, 12 * Hop).Select(i =>
                (float)tones.Sum(tone => tone.Level * Math.Sin(2 * Math.PI * tone.Hz * i + tone.Phase)))];
            return new float[][] { sum, sum };
        })];
    }
}
