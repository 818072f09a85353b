using static TorchSharp.torch;

namespace LeVo.Alignment.Tests;

/// <summary>Gradients against central differences, in double precision.</summary>
internal static class FiniteDifferences
{
    /// <summary>Checks the gradient of a scalar function at every element of every input.</summary>
    public static void Check(Func<Tensor[], Tensor> function, Tensor[] inputs, double step = 1e-5,
        double tolerance = 1e-6)
    {
        using var scope = NewDisposeScope();
        Tensor[] tracked = [.. inputs.Select(input => input.to(float64).detach().clone().requires_grad_())];
        function(tracked).backward();
        for (int i = 0; i < tracked.Length; i++)
        {
            double[] analytic = tracked[i].grad is { } gradient
                ? gradient.data<double>().ToArray()
                : new double[tracked[i].numel()];
            using var noGradient = no_grad();
            for (int e = 0; e < analytic.Length; e++)
            {
                double numeric = (At(i, e, step) - At(i, e, -step)) / (2 * step);
                Assert.True(Math.Abs(numeric - analytic[e]) <= tolerance * (1 + Math.Abs(numeric)),
                    $"input {i}, element {e}: {analytic[e]} by backward, {numeric} by differences");
            }
        }

        double At(int input, int element, double by)
        {
            using var inner = NewDisposeScope();
            Tensor[] moved = [.. tracked.Select(one => one.detach().clone())];
            moved[input].view(-1)[element].add_(by);
            return function(moved).item<double>();
        }
    }
}
