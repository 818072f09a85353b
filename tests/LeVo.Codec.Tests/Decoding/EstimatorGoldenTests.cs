using System.Text.Json.Nodes;
using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Decoding;

[Trait("Category", "Golden")]
public sealed class EstimatorGoldenTests
{
    public static TheoryData<string> Files => CodecGolden.Files("04_estimator");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void EveryStageAgrees(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        using var scope = NewDisposeScope();
        foreach ((string name, JsonNode? entry) in golden.Config)
            CheckEntry(golden, name, entry!.AsObject());
        if (golden.Has("activation_in"))
            golden.Check("activation_out", nn.functional.gelu(golden.Input("activation_in"), TorchSharp.Modules.GELU.Approximate.tanh));
        golden.Finish();
    }

    private static void CheckEntry(CodecGolden golden, string name, JsonObject entry)
    {
        JsonObject gpt = entry["gpt"]!.AsObject();
        int width = (int)gpt["n_embd"]!;
        // Only the total width matters here: no conditions, all of the rest mask features.
        var config = new EstimatorConfig
        {
            Blocks = (int)gpt["n_layer"]!,
            Heads = (int)gpt["n_head"]!,
            InnerWidth = (int?)gpt["n_inner"] ?? 4 * width,
            Positions = (int)gpt["n_positions"]!,
            LatentWidth = 4,
            MaskWidth = width - 8,
            Streams = 0,
        };
        var builder = new ParameterBuilder(new NameSeededSource(golden.WeightPrefix + (string?)entry["salt"]));
        var estimator = new FlowEstimator(
            builder, new(FlowTensors.EstimatorScope(new TensorListing().Root), config), config);
        using ParameterSet parameters = builder.Build(name);

        long batch = (long)entry["B"]!, frames = (long)entry["L"]!;
        long[] padding = [.. entry["pad"]!.AsArray().Select(node => (long)node!)];
        Tensor valid = zeros([batch, frames], int64);
        for (int b = 0; b < batch; b++)
            valid[b].narrow(0, 0, frames - padding[b]).fill_(1);
        golden.Check(name + ".valid", valid);

        Tensor times = tensor([.. entry["t"]!.AsArray().Select(node => (float)node!)]);
        TimeConditions time = estimator.Time(times);
        golden.Check(name + ".sinusoid", TimeEmbedding.Sinusoid(times));
        golden.Check(name + ".embedded_t", time.Embedded);
        golden.Check(name + ".ada", time.Modulation.flatten(1));

        List<Tensor> hidden = [];
        Tensor input = GoldenInputs.UnitNoise((string)entry["x"]!, batch, frames, width);
        WindowTables tables = WindowTables.Create(config, valid > 0);
        Tensor output = estimator.Forward(input, time, tables, hidden);
        golden.Check(name + ".out", output);
        for (int i = 0; i < hidden.Count; i++)
            golden.Check($"{name}.hidden_{i}", hidden[i]);
        Tensor velocity = estimator.Velocity(input, time, tables);
        Assert.True(velocity.allclose(output.narrow(2, width - 4, 4), atol: 1e-5), "the velocity is the output's last part");
    }
}
