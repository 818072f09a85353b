namespace LeVo.Alignment.Evaluation;

/// <summary>A value as a quotient, so that counts of songs can be pooled; a value that is averaged has weight 1.</summary>
/// <param name="Sum">The numerator, for example errors.</param>
/// <param name="Weight">The denominator, for example phonemes.</param>
internal readonly record struct MetricValue(double Sum, double Weight = 1)
{
    public double Value => Quotient(Sum, Weight);

    /// <summary>The value of several songs together.</summary>
    public static double Pool(IEnumerable<MetricValue> values)
    {
        double sum = 0, weight = 0;
        foreach (MetricValue value in values)
            (sum, weight) = (sum + value.Sum, weight + value.Weight);
        return Quotient(sum, weight);
    }

    // As PhonemeErrorRate.Rate: songs without phonemes count each insertion as one error.
    private static double Quotient(double sum, double weight) => sum == 0 ? 0 : sum / (weight == 0 ? 1 : weight);
}
