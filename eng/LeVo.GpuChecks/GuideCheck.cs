using System.Globalization;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Training;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.GpuChecks;

/// <summary>The loss on attention in bfloat16, with activations recomputed: finite numbers and gradients.</summary>
internal static class GuideCheck
{
    public static CheckResult Run(CheckSettings settings)
    {
        using TrainedLeLm lelm = LoraCheck.Open(settings);
        foreach ((_, Parameter parameter) in lelm.Trained)
            parameter.requires_grad = true;
        using var scope = NewDisposeScope();
        StepResult result = LeLmLoss.Compute(LeLmStage.Joint, lelm.Model, lelm.Batch([LoraCheck.Song(settings)]), guideWeight: 1);
        double loss = Number(result.Loss), guide = Number(result.Metrics.Single(metric => metric.Name == "guide").Value);
        ActivationCheckpoint.Backward(result.Loss);
        double norm = Math.Sqrt(lelm.Trained.Sum(one => one.Value.grad is { } gradient ? Number(gradient.to(float32).Squared().sum()) : 0));
        return new(double.IsFinite(loss) && double.IsFinite(norm) && guide > 0 && norm > 0,
            string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.00}, of which {guide:0.00} on attention; norm of the gradients {norm:0.0e+0}"));
    }

    private static double Number(Tensor scalar) => scalar.detach().to(float64).item<double>();
}
