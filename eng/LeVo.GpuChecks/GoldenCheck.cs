using System.Globalization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.GpuChecks;

/// <summary>LeLM's forward pass against the original's numbers, without and with TF32.</summary>
internal static class GoldenCheck
{
    private const double Tolerance = 1e-4;

    public static CheckResult Run(CheckSettings settings)
    {
        try
        {
            double exact = Difference(settings);
            LeVoRuntime.AllowTensorFloat32 = true;
            double rounded = Difference(settings);
            return new(exact <= Tolerance, string.Create(CultureInfo.InvariantCulture,
                $"largest difference {exact:0.0e+0} (allowed {Tolerance:0e+0}), with TF32 {rounded:0.0e+0}"));
        }
        finally
        {
            LeVoRuntime.AllowTensorFloat32 = false;
        }
    }

    private static double Difference(CheckSettings settings)
    {
        double largest = 0;
        int files = 0;
        foreach (string path in Golden.Files.Where(path => Path.GetFileName(path).StartsWith("forward", StringComparison.Ordinal)))
        {
            files++;
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            using Checkpoint golden = Golden.Open(path);
            LeLmConfig config = GoldenLeLm.Config(golden.Metadata["config"], golden.Metadata["version"]);
            var builder = new ParameterBuilder(new NameSeededSource(golden.Metadata["weight_prefix"]), settings.Device);
            using var model = new LeLm(builder, new LeLmTensors(config), config);
            using ParameterSet parameters = builder.Build(path);
            Compare("nocond", null);
            ConditionPrefix Given(string name) => new(Read($"cond.{name}.1"), Read($"cond.{name}.2"));
            Compare("cond", model.Conditions.Join(
                Given(ConditionNames.Lyrics), Given(ConditionNames.Description), Given(ConditionNames.Prompt)));

            Tensor Read(string name) => golden.Load(name).to(settings.Device);

            void Compare(string name, ConditionPrefix? given)
            {
                LeLmOutput output = model.Forward(Read(name + ".sequence"), given);
                foreach ((string part, Tensor actual) in ((string, Tensor)[])[("hidden1", output.MixedHidden),
                    ("bridge", output.Bridge), ("hidden2", output.TrackHidden), ("logits", output.Logits)])
                {
                    double difference = (actual - Read($"{name}.{part}")).abs().max().to(float64).item<double>();
                    largest = double.IsNaN(difference) ? difference : Math.Max(largest, difference);
                }
            }
        }
        return files > 0 ? largest : throw new FileNotFoundException($"There are no goldens in '{Golden.Root}'.");
    }
}
