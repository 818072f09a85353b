namespace LeVo.Alignment.Blending;

/// <summary>One blend of a sweep.</summary>
/// <param name="Lambdas">The weights, in the order of the checkpoints.</param>
/// <param name="Result">The measurement.</param>
internal sealed record SweepPoint<T>(IReadOnlyList<double> Lambdas, T Result);

/// <summary>
/// Measures blends over a range of weights, to evaluate the trade-off between strategies (paper, section 3.5).
/// </summary>
internal static class LambdaSweep
{
    /// <summary>Weights from one checkpoint to another in equal steps, including both ends.</summary>
    public static IReadOnlyList<double[]> Line(int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        return [.. Enumerable.Range(0, points)
            .Select(i => (double[])[1 - (double)i / (points - 1), (double)i / (points - 1)])];
    }

    /// <summary>
    /// All weights of several checkpoints that are multiples of 1 / steps and sum to 1, including corners.
    /// </summary>
    public static IReadOnlyList<double[]> Grid(int checkpoints, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(checkpoints, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return [.. Split(checkpoints, steps).Select(counts => counts.Select(count => (double)count / steps).ToArray())];
    }

    /// <summary>Writes each blend to a temporary file, measures it, and deletes it.</summary>
    /// <param name="paths">The checkpoints.</param>
    /// <param name="lambdas">The weights of each blend.</param>
    /// <param name="folder">Folder of the temporary file.</param>
    /// <param name="measure">Measures the checkpoint at a path.</param>
    /// <param name="cancellationToken">Cancels between two tensors.</param>
    public static async Task<IReadOnlyList<SweepPoint<T>>> RunAsync<T>(IReadOnlyList<string> paths,
        IEnumerable<IReadOnlyList<double>> lambdas, string folder, Func<string, CancellationToken, Task<T>> measure,
        CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        var points = new List<SweepPoint<T>>();
        foreach (IReadOnlyList<double> weights in lambdas)
        {
            if (weights.Count != paths.Count)
                throw new ArgumentException($"{weights.Count} weights for {paths.Count} checkpoints.", nameof(lambdas));
            string blend = Path.Combine(folder, $"blend-{Guid.NewGuid():N}.safetensors");
            try
            {
                CheckpointBlend.Write([.. paths.Zip(weights)], blend, null, cancellationToken);
                points.Add(new([.. weights], await measure(blend, cancellationToken).ConfigureAwait(false)));
            }
            finally
            {
                File.Delete(blend);
            }
        }
        return points;
    }

    private static IEnumerable<int[]> Split(int parts, int total)
    {
        if (parts == 1)
            return [[total]];
        return Enumerable.Range(0, total + 1).Reverse()
            .SelectMany(first => Split(parts - 1, total - first).Select(rest => (int[])[first, .. rest]));
    }
}
