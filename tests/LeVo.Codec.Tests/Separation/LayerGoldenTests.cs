using LeVo.Codec.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Separation;

/// <summary>One level of every kind.</summary>
[Trait("Category", "Golden")]
public sealed class LayerGoldenTests
{
    public static TheoryData<string> Files => CodecGolden.Files("02_layers");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void EveryKindOfLevel(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        using var model = new DemucsFixture(golden);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        long b = (long)golden.Config["B"]!, c = model.Sizes.Channels;
        FrequencyEncoder(0, 4, 32, 7);
        FrequencyEncoder(2, 2 * c, 16, 5);
        TimeEncoder(0, 2, 37);
        TimeEncoder(1, c, 41);
        TimeEncoder(3, 4 * c, 24);
        FrequencyDecoder(0, 8 * c, 4, 6);
        FrequencyDecoder(2, 2 * c, 8, 5);
        FrequencyDecoder(3, c, 8, 5);
        TimeDecoder(0, 8 * c, 12, 45);
        TimeDecoder(1, 4 * c, 11, 44);
        TimeDecoder(3, c, 11, 41);
        ResidualBranch(golden, model, Input("dconv", 3, 2 * c, 9));
        Tensor embedded = zeros(model.Sizes.Frequencies / DemucsConfig.Stride, c, 1);
        model.Network.Embed(embedded);
        golden.Check("freq_emb.added", embedded.squeeze(2).t());
        golden.Check("gelu", nn.functional.gelu(linspace(-6, 6, 49)));
        golden.Finish();

        Tensor Input(string layer, params long[] shape) => GoldenInputs.UnitNoise($"{golden.Config["inputs"]}.{layer}", shape);

        void FrequencyEncoder(int level, long inputs, long rows, long frames)
        {
            Tensor x = Input($"encoder.{level}", b, inputs, rows, frames);
            golden.Check($"encoder.{level}.out", DemucsFixture.Batch(b, i => DemucsFixture.Rows(
                model.Network.FrequencyEncoders[level].Forward(DemucsFixture.Rows(x[i])))));
        }

        void TimeEncoder(int level, long inputs, long samples)
        {
            Tensor x = Input($"tencoder.{level}", b, inputs, samples);
            golden.Check($"tencoder.{level}.out",
                DemucsFixture.Batch(b, i => model.Network.TimeEncoders[level].Forward(x[i].unsqueeze(0)).squeeze(0)));
        }

        void FrequencyDecoder(int index, long channels, long rows, long frames)
        {
            string name = $"decoder.{index}";
            Tensor x = Input(name, b, channels, rows, frames), skip = Input(name + ".skip", b, channels, rows, frames);
            var level = model.Network.FrequencyDecoders[index];
            golden.Check(name + ".pre", DemucsFixture.Batch(b, i => DemucsFixture.Rows(level.Mix(
                Codec.Separation.FrequencyDecoder.Join(DemucsFixture.Rows(x[i]), DemucsFixture.Rows(skip[i]))))));
            golden.Check(name + ".out", DemucsFixture.Batch(b, i => DemucsFixture.Rows(level.Forward(
                DemucsFixture.Rows(x[i]), DemucsFixture.Rows(skip[i])))));
        }

        void TimeDecoder(int index, long channels, long samples, long length)
        {
            string name = $"tdecoder.{index}";
            Tensor x = Input(name, b, channels, samples), skip = Input(name + ".skip", b, channels, samples);
            var level = model.Network.TimeDecoders[index];
            golden.Check(name + ".pre",
                DemucsFixture.Batch(b, i => level.Mix(x[i].unsqueeze(0), skip[i].unsqueeze(0)).squeeze(0)));
            golden.Check(name + ".out",
                DemucsFixture.Batch(b, i => level.Forward(x[i].unsqueeze(0), skip[i].unsqueeze(0), length).squeeze(0)));
        }
    }

    private static void ResidualBranch(CodecGolden golden, DemucsFixture model, Tensor x)
    {
        Codec.Separation.ResidualBranch branch = model.Network.FrequencyEncoders[1].Branch;
        Tensor whole = x.clone();
        branch.Apply(whole);
        golden.Check("dconv.out", whole);
        for (int k = 0; k < branch.Layers.Count; k++)
        {
            Codec.Separation.ResidualLayer layer = branch.Layers[k];
            Tensor squeezed = layer.Squeeze(x), normed = layer.SqueezeNorm(squeezed), expanded = layer.Expand(normed);
            golden.Check($"dconv.{k}.0", squeezed);
            golden.Check($"dconv.{k}.1", normed);
            golden.Check($"dconv.{k}.3", expanded);
            golden.Check($"dconv.{k}.5", layer.Gate(expanded));
            layer.Apply(x);
        }
    }
}
