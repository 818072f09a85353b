using LeVo.Codec.Separation;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Separation;

/// <summary>Positions, layers of both kinds, and the whole transformer.</summary>
[Trait("Category", "Golden")]
public sealed class TransformerGoldenTests
{
    public static TheoryData<string> Files => CodecGolden.Files("03_transformer");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void LayerByLayer(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        using var model = new DemucsFixture(golden);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        long b = (long)golden.Config["B"]!, width = model.Sizes.Width;
        Positions(golden, width);
        CrossTransformer transformer = model.Network.Transformer;
        Tensor sequence = Input("seq", b, 10, width), key = Input("key", b, 7, width);
        golden.Check("self.attn", transformer.FrequencyLayers[0].Attend(sequence, null));
        golden.Check("self.out", transformer.FrequencyLayers[0].Forward(sequence, null));
        golden.Check("cross.attn", transformer.TimeLayers[1].Attend(sequence, key));
        golden.Check("cross.out", transformer.TimeLayers[1].Forward(sequence, key));
        golden.Check("group_norm", transformer.FrequencyLayers[0].OutputNorm(sequence));

        const int rows = 4, frames = 7;
        Tensor planes = Input("x", b, width, rows, frames), moments = Input("xt", b, width, 9);
        Tensor x = planes.permute(0, 3, 2, 1).reshape(b, frames * rows, width), y = moments.transpose(1, 2).contiguous();
        (Tensor wholeX, Tensor wholeY) = transformer.Forward(x, rows, y, TestContext.Current.CancellationToken);
        golden.Check("out.x", wholeX.view(b, frames, rows, width).permute(0, 3, 2, 1));
        golden.Check("out.xt", wholeY.transpose(1, 2));
        (x, y) = transformer.Begin(x, rows, y);
        for (int n = 0; n < model.Sizes.Layers; n++)
        {
            (x, y) = transformer.Layer(n, x, y);
            golden.Check($"layer.{n}", x);
            golden.Check($"layer.t{n}", y);
        }
        golden.Finish();

        Tensor Input(string name, params long[] shape) => GoldenInputs.UnitNoise($"{golden.Config["inputs"]}.{name}", shape);
    }

    private static void Positions(CodecGolden golden, long width)
    {
        golden.Check("pos1d", TokenPositions.Moments(11, width));
        golden.Check("pos2d", TokenPositions.Planes(3, 5, width).permute(2, 1, 0));
        Tensor rows = Indices("rows"), frames = Indices("frames");
        golden.Check("pos1d_512", TokenPositions.Moments(1344, 512).index_select(0, rows));
        golden.Check("pos2d_512", TokenPositions.Planes(8, 336, 512).index_select(0, frames).permute(2, 1, 0));

        Tensor Indices(string name) => tensor(golden.Config[name]!.AsArray().Select(index => (long)index!).ToArray());
    }
}
