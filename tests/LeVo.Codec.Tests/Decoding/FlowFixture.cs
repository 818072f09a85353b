using System.Text.Json.Nodes;
using LeVo.Codec.Model;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Decoding;

/// <summary>Name-seeded values, but for the latent normaliser, which goldens make from moments.</summary>
internal sealed class CodecSource(string prefix) : ITensorSource
{
    private const double Count = 200_000;
    private readonly NameSeededSource inner = new(prefix);

    public Tensor? Find(TensorInfo tensor) => tensor.Name switch
    {
        "normfeat.counts" => full(tensor.Shape, Count),
        "normfeat.sum_x" => Sums(tensor.Shape, (mean, _) => mean),
        "normfeat.sum_x2" => Sums(tensor.Shape, (mean, w) => mean * mean + 1 + 0.5 * w),
        _ => inner.Find(tensor),
    };

    private Tensor Sums(long[] shape, Func<double, double, double> moment)
    {
        double[] u = NameSeeded.Uniform(prefix + "normfeat.mean", shape[0]);
        double[] w = NameSeeded.Uniform(prefix + "normfeat.var", shape[0]);
        return tensor([.. u.Zip(w, (m, v) => (float)(Count * moment(0.3 * m, v)))], shape);
    }
}

/// <summary>Small flow decoders as goldens describe them.</summary>
internal static class FlowFixture
{
    /// <summary>The dual-track layout's name in goldens; the other is <c>mixed</c>.</summary>
    public const string DualTrack = "septoken";

    /// <summary>Sizes from the golden's <c>model</c>.</summary>
    public static EstimatorConfig Config(JsonObject model, string layout)
    {
        JsonObject gpt = model[layout]!.AsObject();
        return new()
        {
            Blocks = (int)gpt["n_layer"]!,
            Heads = (int)gpt["n_head"]!,
            InnerWidth = (int?)gpt["n_inner"] ?? 4 * (int)gpt["n_embd"]!,
            Positions = (int)gpt["n_positions"]!,
            MaskWidth = (int)gpt["mask"]!,
            LatentWidth = (int)model["lat"]!,
            Streams = layout == DualTrack ? 2 : 1,
            ConditionWidth = (int)model["D"]!,
        };
    }

    /// <summary>Sizes of a tokenizer without encoder.</summary>
    public static CodecSizes Sizes(JsonObject model, string layout) => new()
    {
        Streams = layout == DualTrack ? CodecLayout.DualTrack() : CodecLayout.Mixed(),
        CodebookSize = (int)model["K"]!,
        CodeWidth = (int)model["d"]!,
        Estimator = Config(model, layout),
        HasEncoder = false,
    };
}
