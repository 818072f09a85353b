using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>Means of metrics over batches of held-out data.</summary>
internal static class HeldOutMetrics
{
    /// <summary>Computes the metrics of one batch after another; the tensors of each are released before the next.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="metrics">Computes the metrics of one batch.</param>
    public static (string Name, Tensor Value)[] Mean<T>(
        IEnumerable<T> batches, Func<T, IEnumerable<(string Name, Tensor Value)>> metrics)
    {
        using var noGradient = no_grad();
        var values = new List<(string Name, double Value)>();
        foreach (T batch in batches)
        {
            using var scope = NewDisposeScope();
            values.AddRange(metrics(batch).Select(metric => (metric.Name, metric.Value.to(float64).item<double>())));
        }
        return [.. values.GroupBy(one => one.Name)
            .Select(group => (TrainingLoop.HeldOut + group.Key, tensor(group.Average(one => one.Value), device: CPU)))];
    }
}
