using LeVo.Codec.Training;
using LeVo.Codec.Vae;
using LeVo.Core.Parameters;
using LeVo.Core.Runtime;
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
        IReadOnlyList<long> starts = ChunkedDecoding.Starts(frames, chunk);
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
        vae = new(builder.Root, config, withEncoder: true);
        return builder.Build("VAE");
    }
}
