using LeVo.Codec.Model;
using LeVo.Codec.Quantization;
using LeVo.Core.Listings;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
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

    [Fact]
    public void ChunkedSearchFindsTheNearestOfManyEntries()
    {
        LeVoRuntime.EnsureTorch();
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Build(16, 16_384, 4, out ResidualVectorQuantizer rvq);
        VectorQuantizer quantizer = rvq.Quantizers[0];
        Tensor projected = GoldenInputs.UnitNoise("rows", 2, 300, 4);
        Tensor unit = projected / projected.norm(2, true, 2);
        Tensor entries = quantizer.Codebook / quantizer.Codebook.norm(1, true, 2);
        Tensor expected = nn.functional.linear(unit.to(float64), entries.to(float64)).argmax(2);
        Assert.True(expected.eq(quantizer.Nearest(projected)).all().item<bool>());
    }

    [Fact]
    public void TiesGoToTheFirstAndZeroEntriesKeepTheirDistance()
    {
        LeVoRuntime.EnsureTorch();
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Build(4, 4, 2, out ResidualVectorQuantizer rvq);
        using (no_grad())
            rvq.Quantizers[0].Codebook.copy_(tensor(new float[,] { { 0, 3 }, { 0, 1 }, { 0, 0 }, { -1, 0 } }));
        // Cosine picks by direction alone; at right angles a zero entry (distance 1) is nearer than a unit one (2).
        Tensor rows = tensor(new float[,,] { { { 0, 0.1f }, { 1, 0 }, { -2, 0.1f } } });
        Assert.Equal([0, 2, 3], rvq.Quantizers[0].Nearest(rows).data<long>().ToArray());
    }

    [Fact]
    public void GradientsPassStraightThroughToTheirOwnSide()
    {
        LeVoRuntime.EnsureTorch();
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Build(6, 8, 3, out ResidualVectorQuantizer rvq);
        foreach ((_, TorchSharp.Modules.Parameter weight) in parameters.Trainable)
            weight.requires_grad = true;
        Tensor hidden = GoldenInputs.UnitNoise("hidden", 2, 5, 6).requires_grad_();
        QuantizerOutput result = rvq.ForwardTraining(hidden);

        IList<Tensor> byOutput = autograd.grad([result.Output.sum()], [hidden], retain_graph: true);
        Tensor slope = parameters["q.quantizers.0.out_proj.weight"].squeeze(-1).sum(dim: 0)
            .unsqueeze(0).mm(parameters["q.quantizers.0.in_proj.weight"].squeeze(-1));
        Assert.True((byOutput[0] - slope).abs().max().item<float>() < 1e-5);

        result.Commitment.backward(retain_graph: true);
        Assert.Null(rvq.Quantizers[0].Codebook.grad);
        Assert.NotEqual(0, hidden.grad!.abs().sum().item<float>());
        hidden.grad!.zero_();
        result.CodebookLoss.backward();
        Assert.Equal(0, hidden.grad!.abs().sum().item<float>());
        Assert.NotEqual(0, rvq.Quantizers[0].Codebook.grad!.abs().sum().item<float>());
    }

    [Fact]
    public void CodesForMoreQuantizersAreRefused()
    {
        LeVoRuntime.EnsureTorch();
        using var scope = NewDisposeScope();
        using ParameterSet parameters = Build(6, 8, 3, out ResidualVectorQuantizer rvq);
        Assert.Throws<ArgumentException>(() => rvq.FromCodes(zeros(1, 2, 4, int64)));
    }

    private static ParameterSet Build(int width, int size, int codeWidth, out ResidualVectorQuantizer rvq)
    {
        var builder = new ParameterBuilder(new RandomTensorSource(3));
        rvq = new(builder, new(new TensorListing().Root.Sub("q"), width, size, codeWidth));
        return builder.Build("quantiser");
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
        var rvq = new ResidualVectorQuantizer(builder, new(new TensorListing().Root.Sub(CodecLayout.Mixed()[0].Quantizer),
            width, size, codeWidth, (int)expectedCodes.shape[1]));
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

    /// <summary>Gap between best and runner-up squared distance, <c>[batch, frames]</c>.</summary>
    internal static Tensor Margin(VectorQuantizer quantizer, Tensor projected)
    {
        Tensor best = quantizer.Scores(projected.reshape(-1, projected.shape[2])).topk(2, dim: 1).values;
        return ((best.select(1, 0) - best.select(1, 1)) * 2).view(projected.shape[0], projected.shape[1]);
    }
}
