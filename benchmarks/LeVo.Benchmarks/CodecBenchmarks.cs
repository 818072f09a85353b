using BenchmarkDotNet.Attributes;
using LeVo.Codec.Decoding;
using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Quantization;
using LeVo.Codec.Vae;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Benchmarks;

/// <summary>Codes to eight seconds of sound, one window at the demo's sizes, and the autoencoder's share.</summary>
public class CodecBenchmarks
{
    private const int Frames = 200;
    private const int Codes = 512;
    private const int LatentWidth = 24;
    private readonly int[][] codes = [.. Enumerable.Range(0, 2).Select(
        stream => Enumerable.Range(0, Frames).Select(i => (37 * i + stream) % Codes).ToArray())];
    private ParameterSet parameters = null!;
    private SoundDecoder decoder = null!;
    private Tensor latents = null!;

    [GlobalSetup]
    public void Build()
    {
        var builder = new ParameterBuilder(new RandomTensorSource(1));
        CodecSizes sizes = new()
        {
            Streams = CodecLayout.DualTrack(),
            CodebookSize = Codes,
            CodeWidth = 16,
            Estimator = new()
            {
                Blocks = 4,
                Heads = 5,
                InnerWidth = 640,
                Positions = Frames,
                MaskWidth = 16,
                LatentWidth = LatentWidth,
                ConditionWidth = 128,
            },
            HasEncoder = false,
        };
        VaeConfig config = new() { LatentWidth = LatentWidth, Decoder = new(8, [10, 14, 16], [32, 10, 6]) };
        var tensors = new CodecTensors(sizes);
        var flow = new FlowMatchingDecoder(builder, tensors.Flow!, sizes.Estimator);
        ResidualVectorQuantizer[] quantizers =
            [.. tensors.Quantizers.Select(row => new ResidualVectorQuantizer(builder, row))];
        var vae = new OobleckVae(builder, new VaeTensors(config), config, withEncoder: false);
        parameters = builder.Build("the benchmark's codec");
        decoder = new(flow, quantizers, vae);
        latents = randn(1, LatentWidth, Frames);
    }

    [GlobalCleanup]
    public void Free()
    {
        latents.Dispose();
        parameters.Dispose();
    }

    [Benchmark(Baseline = true, Description = "window: codes to sound")]
    public float[][]? Window()
    {
        using var noise = new SeededNoise(1);
        return decoder.Start(codes, new() { WindowSeconds = (double)Frames / decoder.FrameRate }, noise).Next();
    }

    [Benchmark(Description = "autoencoder: latents to sound")]
    public void Autoencoder()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        decoder.Vae.DecodeChunked(latents);
    }
}
