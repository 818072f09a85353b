namespace LeVo.Alignment.Evaluation;

/// <summary>The Fréchet distance of two sets of vectors, each taken as a normal distribution.</summary>
internal static class FrechetDistance
{
    /// <summary>
    /// Computes |m1 - m2|² + tr S1 + tr S2 - 2 tr √(S1 S2), with means m and unbiased covariances S.
    /// </summary>
    /// <remarks>
    /// With S = FᵀF, the eigenvalues of S1 S2 are those of MMᵀ with M = F1 F2ᵀ, so that the trace of the root is the sum of
    /// M's singular values. No covariance and no root of a matrix is computed, and sets with fewer vectors than dimensions
    /// need nothing special.
    /// </remarks>
    /// <param name="a">At least two vectors, <c>[count][width]</c>.</param>
    /// <param name="b">At least two vectors of the same width.</param>
    /// <exception cref="ArgumentException">There are too few vectors, or their widths differ.</exception>
    public static double Compute(IReadOnlyList<float[]> a, IReadOnlyList<float[]> b)
    {
        if (a.Count < 2 || b.Count < 2)
            throw new ArgumentException("A covariance needs at least two vectors.");
        int width = a[0].Length;
        if (a.Concat(b).FirstOrDefault(vector => vector.Length != width) is { } other)
            throw new ArgumentException($"The vectors have {width} and {other.Length} numbers.");
        (double[] meanA, double[][] factorA, double traceA) = Factor(a);
        (double[] meanB, double[][] factorB, double traceB) = Factor(b);
        double distance = traceA + traceB;
        for (int i = 0; i < width; i++)
            distance += (meanA[i] - meanB[i]) * (meanA[i] - meanB[i]);
        double[][] product = [.. factorA.Select(row => factorB.Select(column => Vectors.Dot(row, column)).ToArray())];
        return Math.Max(0, distance - 2 * Vectors.NuclearNorm(product));
    }

    /// <summary>The mean, a factor F of the covariance, and its trace.</summary>
    private static (double[] Mean, double[][] Factor, double Trace) Factor(IReadOnlyList<float[]> vectors)
    {
        int width = vectors[0].Length;
        var mean = new double[width];
        foreach (float[] vector in vectors)
            for (int i = 0; i < width; i++)
                mean[i] += (double)vector[i] / vectors.Count;
        double scale = 1 / Math.Sqrt(vectors.Count - 1);
        double[][] rows = [.. vectors.Select(vector => mean.Select((m, i) => (vector[i] - m) * scale).ToArray())];
        double trace = rows.Sum(row => Vectors.Dot(row, row));
        return (mean, rows.Length > width ? Vectors.Triangle(rows) : rows, trace);
    }
}
