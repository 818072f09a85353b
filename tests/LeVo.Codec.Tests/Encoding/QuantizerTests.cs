using LeVo.Codec.Quantization;
using LeVo.Core.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Encoding;

public sealed class QuantizerTests
{
    public static TheoryData<string> Goldens => CodecGolden.Files("03_rvq");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Goldens))]
    [Trait("Category", "Golden")]
    public void QuantizersMatchTheGolden(string path)
    {
        using var golden = CodecGolden.Open(path);
        using var scope = NewDisposeScope();
        foreach (string group in golden.Names.Select(name => name.Split('.')[0]).Distinct().ToArray())
            CheckGroup(golden, group);
        golden.Finish();
    }

    private static void CheckGroup(CodecGolden golden, string group)
    {
        int width = (int)golden.Config["D"]!;
        int size = (int)golden.Config["K"]!;
        int codeWidth = (int)golden.Config["d"]!;
        Tensor expectedCodes = golden.Input($"{group}.codes");
        Tensor hidden = GoldenInputs.UnitNoise((string)golden.Config["z"]!,
            expectedCodes.shape[0], width, expectedCodes.shape[2]).transpose(1, 2);
        var builder = new ParameterBuilder(new NameSeededSource(golden.WeightPrefix));
        var rvq = new ResidualVectorQuantizer(
            builder.Root.Sub("rvq_bestrq_emb"), width, size, codeWidth, (int)expectedCodes.shape[1]);
        using ParameterSet parameters = builder.Build("quantiser");

        Tensor codes = rvq.Encode(hidden);
        golden.Check($"{group}.codes", codes);
        QuantizerOutput training = rvq.ForwardTraining(hidden);
        golden.Check($"{group}.codes", training.Codes);
        golden.Check($"{group}.z_q", training.Output.transpose(1, 2));
        golden.Check($"{group}.commitment_loss", training.Commitment.view(1));
        golden.Check($"{group}.codebook_loss", training.CodebookLoss.view(1));
        golden.Check($"{group}.from_codes", rvq.FromCodes(codes).transpose(1, 2));

        List<Tensor> latents = [], entries = [];
        Tensor residual = hidden;
        foreach ((VectorQuantizer quantizer, int i) in rvq.Quantizers.Select((quantizer, i) => (quantizer, i)))
        {
            latents.Add(quantizer.Project(residual));
            entries.Add(quantizer.Lookup(codes.select(1, i)));
            residual = residual - quantizer.Expand(entries[i]);
        }
        golden.Check($"{group}.latents", cat(latents, 2).transpose(1, 2));
        golden.Check($"{group}.z_p", cat(entries, 2).transpose(1, 2));
        golden.Check($"{group}.margin0", Margin(rvq.Quantizers[0], latents[0]));
    }

    /// <summary>Gap between best and runner-up squared distance, <c>[batch, frames, codeWidth]</c> to <c>[batch, frames]</c>.</summary>
    internal static Tensor Margin(VectorQuantizer quantizer, Tensor projected)
    {
        Tensor best = quantizer.Scores(projected.reshape(-1, projected.shape[2])).topk(2, dim: 1).values;
        return ((best.select(1, 0) - best.select(1, 1)) * 2).view(projected.shape[0], projected.shape[1]);
    }
}
