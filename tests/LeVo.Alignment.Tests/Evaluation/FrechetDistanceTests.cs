using LeVo.Alignment.Evaluation;

namespace LeVo.Alignment.Tests.Evaluation;

/// <summary>
/// Cases with the distance in closed form. The trace of the root of a product of two symmetric 2 × 2 matrices is
/// √(tr(S1 S2) + 2 √det(S1 S2)), since its eigenvalues a, b have (√a + √b)² = a + b + 2 √(ab).
/// </summary>
public sealed class FrechetDistanceTests
{
    // Mean 0 and unbiased covariance diag(6, 1.5): sums of squares 18 and 4.5 over n - 1 = 3.
    private static readonly float[][] Upright = [[3, 0], [-3, 0], [0, 1.5f], [0, -1.5f]];

    // The same turned by 45 degrees and moved to (1, 2): covariance [[3.75, 2.25], [2.25, 3.75]].
    private static readonly float[][] Turned = [.. Upright.Select(point =>
        new[] { (float)((point[0] - point[1]) * Math.Sqrt(0.5)) + 1, (float)((point[0] + point[1]) * Math.Sqrt(0.5)) + 2 })];

    [Fact]
    public void CovariancesThatDoNotCommute()
    {
        // tr(S1 S2) = 6 · 3.75 + 1.5 · 3.75 = 28.125 and det(S1 S2) = 9 · 9, so tr √(S1 S2) = √(28.125 + 18) = √46.125.
        double expected = 1 + 4 + 7.5 + 7.5 - 2 * Math.Sqrt(46.125);
        Assert.Equal(expected, FrechetDistance.Compute(Upright, Turned), 5);
        Assert.Equal(expected, FrechetDistance.Compute(Turned, Upright), 5);
    }

    [Fact]
    public void DiagonalCovariances()
    {
        // (√6 - √24)² + (√1.5 - √6)² = 6 + 1.5, for a set of twice the size.
        float[][] larger = [.. Upright.Select(point => new[] { 2 * point[0], 2 * point[1] })];
        Assert.Equal(7.5, FrechetDistance.Compute(Upright, larger), 9);
    }

    [Fact]
    public void FewerVectorsThanDimensions()
    {
        // {0, 2u} has mean u and covariance 2uuᵀ; tr √(4 uuᵀ vvᵀ) = 2 |u·v|, so |u - v|² + 2|u|² + 2|v|² - 4 |u·v|.
        float[] u = [1, 2, 0, 0, 1], v = [0, 1, 1, 3, -1];
        double expected = 16 + 2 * 6 + 2 * 12 - 4 * 1;
        Assert.Equal(expected, FrechetDistance.Compute([new float[5], Twice(u)], [new float[5], Twice(v)]), 9);

        static float[] Twice(float[] vector) => [.. vector.Select(x => 2 * x)];
    }

    [Fact]
    public void ASetIsNotFarFromItself()
    {
        var random = new Random(3);
        float[][] set = [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 12).Select(_ => random.NextSingle()).ToArray())];
        Assert.Equal(0, FrechetDistance.Compute(set, set), 9);
        Assert.InRange(FrechetDistance.Compute(set, [.. set.Skip(20)]), 1e-3, 1);
    }

    [Fact]
    public void ManyAndFewVectorsAreComputedAlike()
    {
        // Zeros in front add dimensions without a distance, so that the factor is not reduced.
        var random = new Random(4);
        float[][] a = Draw(30, 1), b = Draw(25, 2);
        Assert.Equal(FrechetDistance.Compute(a, b), FrechetDistance.Compute([.. a.Select(Wide)], [.. b.Select(Wide)]), 9);

        float[][] Draw(int count, float scale) =>
            [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 6).Select(i => scale * random.NextSingle() + i).ToArray())];

        static float[] Wide(float[] vector) => [.. new float[40], .. vector];
    }

    [Fact]
    public void VectorsMustFit()
    {
        Assert.Throws<ArgumentException>(() => FrechetDistance.Compute([[1f]], Upright));
        Assert.Contains("2 and 1", Assert.Throws<ArgumentException>(() =>
            FrechetDistance.Compute(Upright, [[1f], [2f]])).Message);
    }
}
