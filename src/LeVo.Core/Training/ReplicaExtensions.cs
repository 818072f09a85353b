using LeVo.Core.Runtime;
using static TorchSharp.torch;

namespace LeVo.Core.Training;

/// <summary>What replicas do together.</summary>
internal static class ReplicaExtensions
{
    /// <summary>Sums numbers over all replicas.</summary>
    public static double[] SumNumbers(this IReplicas replicas, double[] values)
    {
        if (replicas.Count == 1)
            return values;
        LeVoRuntime.EnsureTorch();
        using Tensor sums = tensor(values, device: CPU);
        replicas.Sum([sums]);
        return sums.data<double>().ToArray();
    }

    /// <summary>Runs an action on the first replica, for example writing a file, while the others wait for its end.</summary>
    /// <exception cref="InvalidOperationException">The action failed on the first replica, which throws the error itself.</exception>
    public static void First(this IReplicas replicas, Action action)
    {
        Exception? problem = null;
        if (replicas.Rank == 0)
        {
            try
            {
                action();
            }
            catch (Exception e) when (replicas.Count > 1)
            {
                problem = e;
            }
        }
        bool failed = replicas.SumNumbers([problem is null ? 0 : 1])[0] > 0;
        if (problem is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
        if (failed)
            throw new InvalidOperationException("The first replica has failed.");
    }
}
