using System.Text.Json.Nodes;
using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Training;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Decoding;

[Trait("Category", "Golden")]
public sealed class LossGoldenTests
{
    private const double Time = 0.5;

    public static TheoryData<string> Files => CodecGolden.Files("09_losses");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void LossesAgree(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        JsonObject model = golden.Json("model");
        EstimatorConfig sizes = FlowFixture.Config(model, FlowFixture.DualTrack);
        var builder = new ParameterBuilder(new CodecSource(golden.WeightPrefix));
        TensorScope root = new TensorListing().Root;
        var estimator = new FlowEstimator(builder, new(FlowTensors.EstimatorScope(root), sizes), sizes);
        var head = new ProjectionHead(builder, new(
            FlowTensors.ProjectionScope(root), sizes.Width, (long)model["mlp"]!, (long)model["ssl"]!));
        using ParameterSet parameters = builder.Build("estimator");

        string seed = (string)golden.Config["seed"]!;
        long batch = (long)golden.Config["B"]!, frames = (long)golden.Config["L"]!;
        Tensor Noise(string name, long width) => GoldenInputs.UnitNoise($"{seed}.{name}", batch, frames, width);
        Tensor masks = golden.Input("latent_masks");
        long z = sizes.LatentWidth, d = sizes.ConditionWidth;
        var step = new FlowTrainingBatch(Noise("x1", z), [], masks, full([batch], Time, float32), Noise("z", z));
        List<Tensor> states = [];
        Tensor flow = FlowMatchingLoss.Compute(estimator, Noise("mask", sizes.MaskWidth), Noise("ctx", z),
            cat([Noise("c0", d), Noise("c1", d)], -1), step, states);
        Tensor projection = ProjectionLoss.Compute(
            head.Forward(states[(int)model["ssl_layer"]!]), Noise("ssl", (long)model["ssl"]!));
        golden.Check("loss_flow", flow.view(1));
        golden.Check("loss_proj", projection.view(1));
        golden.Check("loss", (flow + ProjectionLoss.Weight * projection).view(1));
        golden.Finish();
    }
}
