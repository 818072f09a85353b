using System.Text.Json.Nodes;
using LeVo.Codec.Model;
using LeVo.Codec.Separation;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Separation;

/// <summary>A separator as a golden describes it: sizes from the file, weights from their names.</summary>
internal sealed class DemucsFixture : IDisposable
{
    private readonly ParameterSet parameters;

    public DemucsFixture(CodecGolden golden)
        : this(Config(golden.Config["model"]!.AsObject()), golden.WeightPrefix, double.Parse(golden.Metadata["scale_gain"]))
    {
    }

    public DemucsFixture(DemucsConfig config, string prefix = "htd/", double gain = 8)
    {
        var builder = new ParameterBuilder(new GainSource(prefix, gain));
        Network = new(builder, new DemucsTensors(config), config);
        parameters = builder.Build("the golden's separator");
    }

    public HtDemucs Network { get; }

    public DemucsConfig Sizes => Network.Config;

    /// <summary>The released sizes, with what a golden changes.</summary>
    public static DemucsConfig Config(JsonObject model)
    {
        var released = new DemucsConfig();
        foreach ((string name, _) in model)
            Assert.Contains(name, (string[])["channels", "bottom_channels", "t_heads", "nfft", "samplerate", "segment", "t_layers", "sources", "dconv_comp"]);
        return released with
        {
            Channels = (int?)model["channels"] ?? released.Channels,
            BottomChannels = (int?)model["bottom_channels"] ?? released.BottomChannels,
            Heads = (int?)model["t_heads"] ?? released.Heads,
            FrameLength = (int?)model["nfft"] ?? released.FrameLength,
            SampleRate = (int?)model["samplerate"] ?? released.SampleRate,
            Layers = (int?)model["t_layers"] ?? released.Layers,
            Compression = (int?)model["dconv_comp"] ?? released.Compression,
            Segment = model["segment"] is JsonArray fraction ? new((long)fraction[0]!, (long)fraction[1]!) : released.Segment,
            Sources = model["sources"] is JsonArray sources ? [.. sources.Select(name => (string)name!)] : released.Sources,
        };
    }

    /// <summary><c>[channels, rows, frames]</c> to the rows of the network and back.</summary>
    public static Tensor Rows(Tensor planes) => planes.transpose(0, 1).contiguous();

    /// <summary>A computation for each item of a batch, <c>[items, ...]</c>: the network sees one at a time.</summary>
    public static Tensor Batch(long items, Func<long, Tensor> compute) =>
        stack(Enumerable.Range(0, (int)items).Select(i => compute(i)));

    public void Dispose() => parameters.Dispose();

    /// <summary>Name-seeded values; residual branches count more than those of a fresh model.</summary>
    private sealed class GainSource(string prefix, double gain) : ITensorSource
    {
        private readonly NameSeededSource inner = new(prefix);

        public Tensor? Find(TensorInfo tensor)
        {
            Tensor? found = inner.Find(tensor);
            return found is not null && tensor.Name.EndsWith(".scale", StringComparison.Ordinal) ? found.mul_((float)gain) : found;
        }
    }
}
