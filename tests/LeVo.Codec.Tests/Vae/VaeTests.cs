using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Planning;
using LeVo.Codec.Training;
using LeVo.Codec.Vae;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Vae;

public sealed class VaeTests
{
    private static readonly VaeConfig Small = new()
    {
        LatentWidth = 4,
        Encoder = new(4, [1, 2, 2], [2, 4, 4]),
        Decoder = new(4, [1, 2, 2], [2, 4, 4]),
    };

    public VaeTests() => LeVoRuntime.EnsureTorch();

    [Fact]
    public void EveryParameterLearns()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Fresh(Small, out OobleckVae vae);
        foreach ((_, Parameter parameter) in parameters.Trainable)
            parameter.requires_grad = true;
        using var noise = new SeededNoise(1);
        Tensor audio = noise.Normal([2, 2, 320]);
        (Tensor mean, Tensor scale) = vae.Encode(audio);
        Tensor decoded = vae.Decode(mean + scale);
        ((decoded - audio).square().mean() + VaeKl.Compute(mean, scale)).backward();
        foreach ((string name, Parameter parameter) in parameters.Trainable)
        {
            Tensor? gradient = parameter.grad;
            Assert.True(gradient is not null && gradient.isfinite().all().item<bool>(), name);
            Assert.True(gradient.abs().max().item<float>() > 0, name);
        }
    }

    [Fact]
    public void TrainingAndInferenceComputeTheSame()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Fresh(Small, out OobleckVae vae);
        using var noise = new SeededNoise(1);
        Tensor latents = noise.Normal([1, 4, 10]);
        Tensor inference = vae.Decode(latents);
        foreach ((_, Parameter parameter) in parameters.Trainable)
            parameter.requires_grad = true;
        Assert.True(vae.Decode(latents).allclose(inference, atol: 1e-6));
    }

    /// <summary>Signals long enough to be cut; the same layers on whole signals, with gradients, are the oracle.</summary>
    [Fact]
    public void TilesComputeWhatWholeSignalsDo()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Fresh(Small with
        {
            Encoder = new(64, [1, 2], [2, 4]),
            Decoder = new(64, [1, 2], [2, 4]),
        }, out OobleckVae vae);
        using var noise = new SeededNoise(1);
        Tensor latents = noise.Normal([1, 4, 5_000]), audio = noise.Normal([1, 2, 40_000]);
        Tensor whole = vae.Decode(latents), wholeMean = vae.Encode(audio).Mean;
        using var gradients = no_grad();
        Assert.True(vae.Decode(latents).allclose(whole, atol: 1e-5));
        Assert.True(vae.Encode(audio).Mean.allclose(wholeMean, atol: 1e-5));
    }

    /// <summary>Tiles of every length against whole signals, where a sample too few of a neighbour would show.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(32)]
    public void ADecodersReachIsEnough(int stride)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var half = new OobleckConfig(4, [1], [stride]);
        using ParameterSet parameters = Fresh(new() { LatentWidth = 4, Encoder = half, Decoder = half }, out OobleckVae vae);
        using var noise = new SeededNoise(1);
        const int frames = 120, from = 50, count = 7;
        Tensor latents = noise.Normal([1, 4, frames]);
        int reach = half.DecoderReach, ratio = half.Ratio;
        Tensor whole = vae.Decode(latents).narrow(2, from * ratio, count * ratio);
        Assert.True(Part(reach).allclose(whole, atol: 1e-6));
        Assert.False(Part(reach - 2).allclose(whole, atol: 1e-6));

        Tensor Part(int margin) => vae.Decode(latents.narrow(2, from - margin, count + 2 * margin))
            .narrow(2, margin * ratio, count * ratio);
    }

    [Fact]
    public void FreshSignalsNeitherFadeNorExplode()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Fresh(Small with
        {
            Encoder = new(16, [1, 2, 4, 8, 16], [2, 4, 4, 6, 10]),
            Decoder = new(16, [1, 2, 4, 8, 16], [2, 4, 4, 6, 10]),
        }, out OobleckVae vae);
        using var noise = new SeededNoise(1);
        double decoded = vae.Decode(noise.Normal([1, 4, 8])).std().item<float>();
        Assert.InRange(decoded, 0.05, 2);
        (Tensor mean, _) = vae.Encode(0.1 * noise.Normal([1, 2, 8 * 1920]));
        Assert.InRange(mean.std().item<float>(), 0.05, 5);
    }

    [Fact]
    public void TheDivergenceOfTheStandardNormalIsZero()
    {
        using var scope = NewDisposeScope();
        Tensor zero = zeros([2, 3, 5]), one = ones([2, 3, 5]);
        Assert.Equal(0, VaeKl.Compute(zero, one).item<float>(), 1e-6);
        // 3 channels of 2² + 0.5² - ln 0.5² - 1.
        Assert.Equal(3 * (4 + 0.25 - Math.Log(0.25) - 1), VaeKl.Compute(2 * one, 0.5 * one).item<float>(), 1e-4);
    }

    [Theory]
    [InlineData(1000, 128, 11)]
    [InlineData(750, 128, 8)]
    [InlineData(128, 128, 1)]
    [InlineData(100, 128, 0)]
    public void ChunksCoverTheLatents(long frames, int chunk, int count)
    {
        IReadOnlyList<long> starts = ChunkPlan.Starts(frames, chunk);
        Assert.Equal(count, starts.Count);
        if (count > 0)
            Assert.Equal(frames, starts[^1] + chunk);
    }

    [Fact]
    public void ChunkedDecodingStopsWhenAsked()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Fresh(Small, out OobleckVae vae);
        using var noise = new SeededNoise(1);
        using var cancellation = new CancellationTokenSource();
        int chunks = 0;
        Assert.Throws<OperationCanceledException>(() => vae.DecodeChunked(noise.Normal([1, 4, 200]), 40, (done, _) =>
        {
            chunks = done;
            if (done == 2)
                cancellation.Cancel();
        }, cancellation.Token));
        Assert.Equal(2, chunks);
    }

    private static ParameterSet Fresh(VaeConfig config, out OobleckVae vae)
    {
        var builder = new ParameterBuilder(new RandomTensorSource(7));
        vae = new(builder, new VaeTensors(config), config, withEncoder: true);
        return builder.Build("VAE");
    }
}
