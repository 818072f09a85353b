using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Tests.Encoding;
using LeVo.Codec.Vae;
using LeVo.Core.Listings;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests;

/// <summary>Native objects live as long as the calls that use them, whenever the garbage collector runs.</summary>
public sealed class CollectionTests : IDisposable
{
    private const int Rounds = 8;

    private static readonly EstimatorConfig FlowSizes = new()
    {
        Blocks = 2,
        Heads = 2,
        InnerWidth = 24,
        Positions = 12,
        MaskWidth = 4,
        LatentWidth = 4,
        Streams = 1,
        ConditionWidth = 8,
    };

    private static readonly VaeConfig VaeSizes = new()
    {
        LatentWidth = 4,
        Encoder = new(4, [1, 2], [2, 4]),
        Decoder = new(4, [1, 2], [2, 4]),
    };

    private readonly TinyEncoder encoder = new();
    private readonly SeededLeLm model = new(SeededLeLm.Tiny);
    private readonly FlowMatchingDecoder flow;
    private readonly OobleckVae vae;
    private readonly ParameterSet parameters;

    public CollectionTests()
    {
        var builder = new ParameterBuilder(new RandomTensorSource(7));
        flow = new(builder, new FlowTensors(new TensorListing().Root, FlowSizes), FlowSizes);
        vae = new(builder, new VaeTensors(VaeSizes), VaeSizes, withEncoder: true);
        parameters = builder.Build("flow decoder and autoencoder");
    }

    [Fact]
    public void CollectionsWhileAModelComputesChangeNothing()
    {
        float[] expected = ComputeAll();
        using var collector = new Collector();
        for (int i = 0; i < Rounds; i++)
            Assert.Equal(expected, ComputeAll());
    }

    [Fact]
    public void HeldScalarsComputeWhatTorchSharpDoes()
    {
        using var scope = NewDisposeScope();
        Tensor x = linspace(-30, 30, 1001, float32), y = linspace(5, 9, 1001, float32), whole = tensor([3L, 4L]);
        Same(x + y, x.Plus(y));
        Same(x + 1e-7, x.Plus(1e-7));
        Same(x * 0.3, x.Times(0.3));
        Same(x / 7, x.DividedBy(7));
        Same(x.add(y, 0.1), x.clone().AddInPlace(y, 0.1));
        Same(x.square(), x.Squared());
        Same(nn.functional.softplus(x), x.Softplus());
        Same(whole + 2, whole.Plus(2));
        Same(whole.eq(3), whole.Is(3));
        Same(whole.ne(3), whole.IsNot(3));
        Same(arange(5, float32), Scalars.Range(5, float32));
    }

    public void Dispose()
    {
        encoder.Dispose();
        model.Dispose();
        parameters.Dispose();
    }

    private static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.True(expected.equal(actual).all().item<bool>());
    }

    /// <summary>Hidden states of MusicFM, a window of the flow decoder with its sound, and logits of LeLM.</summary>
    private float[] ComputeAll()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var noise = new SeededNoise(2);
        Tensor hidden = encoder.MusicFm.Forward(noise.Normal([1, 9_600]), 2);
        var window = new FlowWindow([noise.Normal([1, 10, 8])], noise.Normal([1, 10, 4]), noise.Normal([1, 4, 10]), 3, 10);
        Tensor latents = flow.Solve(window, new(Steps: 4), flow.Normalizer.Read());
        Tensor sound = vae.Decode(vae.Encode(vae.Decode(latents)).Mean);
        LeLmOutput output = model.Model.Forward(model.Columns("ids", 2, 4), model.Prefix("prefix", 2, 3));
        return [.. ((Tensor[])[hidden, latents, sound, output.Logits]).SelectMany(t => t.contiguous().data<float>().ToArray())];
    }

    /// <summary>Collects and finalises on a thread of its own until it is disposed.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly Thread thread;
        private volatile bool stopped;

        public Collector()
        {
            thread = new(() =>
            {
                while (!stopped)
                {
                    GC.Collect(0);
                    GC.WaitForPendingFinalizers();
                }
            });
            thread.Start();
        }

        public void Dispose()
        {
            stopped = true;
            thread.Join();
        }
    }
}
