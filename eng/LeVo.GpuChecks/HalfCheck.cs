using System.Globalization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.GpuChecks;

/// <summary>The demo model's logits in 16 bits against float32, over a song of its own.</summary>
internal static class HalfCheck
{
    private const double LeastEqual = 0.9;

    public static CheckResult Run(CheckSettings settings)
    {
        using var scope = NewDisposeScope();
        ModelFolder folder = ModelFolder.Open(CheckSettings.Demo);
        Tensor exact = Logits(folder, settings.Device, ScalarType.Float32);
        List<string> figures = [];
        bool passed = true;
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float16, ScalarType.BFloat16])
        {
            Tensor rounded = Logits(folder, settings.Device, type);
            double equal = exact.argmax(-1).eq(rounded.argmax(-1)).to(float64).mean().item<double>();
            double error = ((rounded - exact).norm() / exact.norm()).to(float64).item<double>();
            passed &= equal >= LeastEqual;
            figures.Add(string.Create(CultureInfo.InvariantCulture,
                $"{type}: most probable code equal in {equal:0.0%}, relative error of logits {error:0.0e+0}"));
        }
        return new(passed, string.Join("; ", figures));
    }

    private static Tensor Logits(ModelFolder folder, Device device, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        LeLmConfig config = folder.Config;
        using Checkpoint checkpoint = Checkpoint.Open(folder.LeLmFile, new LeLmTensors(config).Names);
        var builder = new ParameterBuilder(new CheckpointTensorSource(checkpoint), device, type);
        using var model = new LeLm(builder, new LeLmTensors(config), config);
        using ParameterSet parameters = builder.Build("the demo model");
        ConditionIds ids = ConditionPreparer.Load(config, folder.TokenizerFolder).Prepare(new(CheckSettings.Lyrics.Render(), "pop"));
        long[] codes = [.. Enumerable.Range(0, 3 * 100).Select(i => i * 37L % config.CodeSize)];
        Tensor columns = tensor(codes, [1, 3, 100], device: device);
        return model.Forward(columns, model.Conditions.Embed([ids])).Logits.to(float32).MoveToOuterDisposeScope();
    }
}
