using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Training;

/// <summary>
/// What the replicas tell each other in an update: losses, metrics, whether one was stopped, and the gradients. Every replica
/// gets the same numbers and therefore takes the same decisions.
/// </summary>
/// <param name="replicas">The replicas.</param>
/// <param name="trained">The trained parameters.</param>
internal sealed class ReplicaUpdate(IReplicas replicas, KeyValuePair<string, Parameter>[] trained)
{
    private const int NameBits = 20; // the products of sums of so many bits are exact in a double

    /// <summary>
    /// Sums the losses, metrics and gradients of one update over all replicas. Without a finite loss the gradients stay as they
    /// are. Metrics on held-out data are those of this replica; and so are all others, if the replicas have different ones.
    /// </summary>
    /// <param name="metrics">The loss and the metrics, each divided by the number of batches of an update.</param>
    /// <param name="stop">Whether this replica was cancelled.</param>
    /// <returns>The sums, and whether any replica was cancelled.</returns>
    public (Dictionary<string, double> Metrics, bool Stop) Sum(Dictionary<string, double> metrics, bool stop)
    {
        string[] names = [.. metrics.Keys
            .Where(name => name != TrainingLoop.Loss && !name.StartsWith(TrainingLoop.HeldOut, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        double hash = HashOf(names);
        double[] sums = replicas.SumNumbers(
            [metrics[TrainingLoop.Loss], stop ? 1 : 0, hash, hash * hash, .. trained.Select(one => HasGradient(one.Value) ? 1.0 : 0)]);
        var result = new Dictionary<string, double>(metrics) { [TrainingLoop.Loss] = sums[0] };
        if (replicas.Count * sums[3] == sums[2] * sums[2]) // the hashes have no variance
        {
            double[] values = replicas.SumNumbers([.. names.Select(name => metrics[name])]);
            foreach ((string name, double value) in names.Zip(values))
                result[name] = value;
        }
        if (double.IsFinite(sums[0]))
            SumGradients([.. trained.Where((_, i) => sums[4 + i] > 0).Select(one => one.Value)]);
        return (result, sums[1] > 0);
    }

    private void SumGradients(Parameter[] parameters)
    {
        using var scope = NewDisposeScope();
        foreach (Parameter parameter in parameters.Where(parameter => !HasGradient(parameter)))
            parameter.grad = zeros_like(parameter).detach();
        replicas.Sum([.. parameters.Select(parameter => parameter.grad!)]);
    }

    private static bool HasGradient(Parameter parameter)
    {
        using Tensor? gradient = parameter.grad;
        return gradient is not null;
    }

    private static double HashOf(string[] names)
    {
        uint hash = 2166136261;
        foreach (char c in string.Join('\n', names))
            hash = unchecked((hash ^ c) * 16777619);
        return hash >> (32 - NameBits);
    }
}
