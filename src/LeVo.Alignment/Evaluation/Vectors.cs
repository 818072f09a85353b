using System.Numerics.Tensors;

namespace LeVo.Alignment.Evaluation;

/// <summary>Linear algebra of small matrices, <c>[rows][columns]</c>.</summary>
internal static class Vectors
{
    private const int MostSweeps = 60;
    private const double Tolerance = 1e-14;

    public static double Dot(double[] a, double[] b) => TensorPrimitives.Dot<double>(a, b);

    /// <summary>The triangular factor R of A = QR by Householder reflections, so that RᵀR = AᵀA; A has more rows than columns
    /// and is overwritten.</summary>
    public static double[][] Triangle(double[][] a)
    {
        double[][] columns = Transpose(a);
        for (int k = 0; k < columns.Length; k++)
        {
            double[] reflector = columns[k][k..];
            double norm = Math.Sqrt(Dot(reflector, reflector));
            if (norm == 0)
                continue;
            reflector[0] += reflector[0] < 0 ? -norm : norm;
            double square = Dot(reflector, reflector);
            for (int j = k; j < columns.Length; j++)
            {
                Span<double> rest = columns[j].AsSpan(k);
                double amount = -2 * TensorPrimitives.Dot<double>(reflector, rest) / square;
                TensorPrimitives.MultiplyAdd(reflector, amount, rest, rest);
            }
        }
        return [.. Transpose(columns).Take(columns.Length).Select((row, i) => row.Select((x, j) => j < i ? 0 : x).ToArray())];
    }

    /// <summary>The sum of the singular values, by one-sided Jacobi rotations.</summary>
    public static double NuclearNorm(double[][] matrix)
    {
        // Rotations make the vectors orthogonal; their lengths are the singular values then.
        double[][] vectors = matrix.Length <= matrix[0].Length ? [.. matrix.Select(row => (double[])row.Clone())] : Transpose(matrix);
        bool rotated = true;
        for (int sweep = 0; rotated && sweep < MostSweeps; sweep++)
        {
            rotated = false;
            for (int p = 0; p < vectors.Length; p++)
                for (int q = p + 1; q < vectors.Length; q++)
                    rotated |= Rotate(vectors[p], vectors[q]);
        }
        return vectors.Sum(vector => Math.Sqrt(Dot(vector, vector)));
    }

    private static bool Rotate(double[] p, double[] q)
    {
        double pp = Dot(p, p), qq = Dot(q, q), pq = Dot(p, q);
        if (Math.Abs(pq) <= Tolerance * Math.Sqrt(pp * qq))
            return false;
        double zeta = (qq - pp) / (2 * pq);
        double tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = cosine * tangent;
        for (int i = 0; i < p.Length; i++)
            (p[i], q[i]) = (cosine * p[i] - sine * q[i], sine * p[i] + cosine * q[i]);
        return true;
    }

    private static double[][] Transpose(double[][] matrix) =>
        [.. Enumerable.Range(0, matrix[0].Length).Select(column => matrix.Select(row => row[column]).ToArray())];
}
