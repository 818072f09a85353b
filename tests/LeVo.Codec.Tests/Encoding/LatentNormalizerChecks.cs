using LeVo.Codec.Flow;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Encoding;

/// <summary>The latent normaliser's part of the front-end golden: its three regimes.</summary>
internal static class LatentNormalizerChecks
{
    public static void Run(CodecGolden golden, string noise)
    {
        Tensor shape = golden.Input("nf_identity_project");
        Tensor x = GoldenInputs.UnitNoise(noise, shape.shape);
        int width = (int)x.shape[1];
        var statistics = new LatentStatistics(0, new float[width], new float[width]);
        golden.Check("nf_identity_project", statistics.Project(x));
        golden.Check("nf_identity_counts", tensor([statistics.Count]));

        for (int i = 0; i < 9; i++)
            _ = statistics.Project(x * (1 + 0.1 * i) + 0.05 * i);
        golden.Check("nf_adapt_project", statistics.Project(x));
        golden.Check("nf_adapt_counts", tensor([statistics.Count]));
        golden.Check("nf_adapt_sum_x", tensor([.. statistics.Sum]));
        golden.Check("nf_adapt_sum_x2", tensor([.. statistics.SumOfSquares]));
        golden.Check("nf_adapt_return", statistics.Unproject(x));
        CheckFrozen(golden, x);
    }

    private static void CheckFrozen(CodecGolden golden, Tensor x)
    {
        const float count = 200_000;
        int width = (int)x.shape[1];
        double[] mean = [.. NameSeeded.Uniform(golden.WeightPrefix + "normfeat.mean", width).Select(u => 0.3 * u)];
        double[] square = [.. NameSeeded.Uniform(golden.WeightPrefix + "normfeat.var", width)
            .Zip(mean, (w, m) => m * m + 1 + 0.5 * w)];
        var statistics = new LatentStatistics(count,
            [.. mean.Select(m => (float)(count * m))], [.. square.Select(s => (float)(count * s))]);
        golden.Check("nf_frozen_sum_x", tensor([.. statistics.Sum]));
        golden.Check("nf_frozen_sum_x2", tensor([.. statistics.SumOfSquares]));
        golden.Check("nf_frozen_project", statistics.Project(x));
        golden.Check("nf_frozen_return", statistics.Unproject(x));
        Tensor means = statistics.Unproject(zeros(1, width, 1));
        golden.Check("nf_frozen_mean", means.flatten());
        golden.Check("nf_frozen_std", (statistics.Unproject(ones(1, width, 1)) - means).flatten());
    }
}
