using LeVo.Codec.Decoding;
using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Planning;
using LeVo.Codec.Quantization;
using LeVo.Codec.Vae;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Decoding;

/// <summary>What is decoded once, and only where it is heard, against windows decoded whole and joined.</summary>
public sealed class DecodedOnceTests
{
    private const int Codes = 20;
    private const int Window = 100;
    private const int Rate = 25;

    public DecodedOnceTests() => LeVoRuntime.EnsureTorch();

    [Theory]
    [InlineData(40, false)]
    [InlineData(100, false)]
    [InlineData(126, false)]
    [InlineData(130, false)]
    [InlineData(230, false)]
    [InlineData(279, false)]
    [InlineData(40, true)]
    [InlineData(126, true)]
    [InlineData(279, true)]
    public void TheSongIsThatOfWholeWindows(int frames, bool endsWithSong)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using ParameterSet parameters = Fresh(out SoundDecoder decoder);
        using var noise = new SeededNoise(1);
        int[][] codes = [.. Enumerable.Range(0, 2).Select(s => Enumerable.Range(0, frames).Select(i => (i + s) % Codes).ToArray())];
        SoundDecoding decoding = decoder.Start(codes, Settings with { EndsWithSong = endsWithSong }, noise);
        int ratio = decoder.Vae.Config.Ratio, overlap = Window / 4;
        var joint = new Crossfade(2, overlap * ratio);
        List<float> heard = [], expected = [];
        WindowPlan plan = WindowPlan.Create(frames, Window / (double)Rate, Rate, endsWithSong);
        int units = 0;
        for (int i = 0; decoding.Next(done => units = done, TestContext.Current.CancellationToken) is float[][] block; i++)
        {
            heard.AddRange(block[1]);
            Tensor sound = decoder.Vae.Decode(tensor(decoding.Latents.ToArray(), [1, 4, plan.Length(i)]));
            float[][] whole = [.. Enumerable.Range(0, 2).Select(c => sound[0, c].data<float>().ToArray())];
            expected.AddRange(joint.Add(whole, i == plan.Count - 1)[1]);
        }
        Assert.Equal(decoding.Units, units);
        Assert.Equal(frames * ratio, heard.Count);
        for (int i = 0; i < heard.Count; i++)
            Assert.Equal(expected[i], heard[i], 1e-5f);
    }

    [Fact]
    public void APartIsThatOfTheWhole()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using ParameterSet parameters = Fresh(out SoundDecoder decoder);
        OobleckVae vae = decoder.Vae;
        Tensor latents = randn(1, 4, 90);
        Tensor whole = vae.Decode(latents);
        foreach ((int from, int to) in new[] { (0, 90), (0, 5), (3, 40), (40, 41), (60, 90), (89, 90) })
        {
            Tensor part = vae.DecodePart(
                latents, from, to, chunk: 33, cancellationToken: TestContext.Current.CancellationToken);
            int ratio = vae.Config.Ratio;
            Assert.True(part.allclose(whole.narrow(2, from * ratio, (to - from) * ratio), atol: 1e-5), $"{from} to {to}");
        }
    }

    private static SoundSettings Settings => new() { WindowSeconds = Window / (double)Rate, Flow = new(2), Chunk = 40 };

    private static ParameterSet Fresh(out SoundDecoder decoder)
    {
        var builder = new ParameterBuilder(new RandomTensorSource(3));
        var half = new OobleckConfig(4, [1, 2, 2], [4, 8, 10]);
        CodecSizes sizes = new()
        {
            Streams = CodecLayout.DualTrack(),
            CodebookSize = Codes,
            CodeWidth = 4,
            Estimator = new()
            {
                Blocks = 1,
                Heads = 2,
                InnerWidth = 24,
                Positions = Window,
                MaskWidth = 4,
                LatentWidth = 4,
                ConditionWidth = 16,
            },
            HasEncoder = false,
        };
        VaeConfig config = new() { SampleRate = 8000, LatentWidth = 4, Encoder = half, Decoder = half };
        var tensors = new CodecTensors(sizes);
        var flow = new FlowMatchingDecoder(builder, tensors.Flow!, sizes.Estimator);
        ResidualVectorQuantizer[] quantizers =
            [.. tensors.Quantizers.Select(row => new ResidualVectorQuantizer(builder, row))];
        var vae = new OobleckVae(builder, new VaeTensors(config), config, withEncoder: false);
        ParameterSet parameters = builder.Build("codec");
        flow.Normalizer.Write(LatentStatistics.FromMoments([0.1f, -0.2f, 0, 0.3f], [1, 2, 1, 0.5f]));
        decoder = new(flow, quantizers, vae);
        return parameters;
    }
}
