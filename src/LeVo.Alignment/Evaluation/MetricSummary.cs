namespace LeVo.Alignment.Evaluation;

/// <summary>A metric over a set of songs.</summary>
/// <param name="Metric">Its key, for example <c>phoneme_error_rate</c>.</param>
/// <param name="Value">The mean over the songs; a rate of errors is all errors divided by the sum of all lengths.</param>
/// <param name="Low">Lower end of the 95 % interval (bootstrap over songs).</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Songs">Number of songs that have the metric.</param>
public sealed record MetricSummary(string Metric, double Value, double Low, double High, int Songs);

/// <summary>The difference of a metric between songs of two sets with the same names.</summary>
/// <param name="Metric">Its key.</param>
/// <param name="Difference">The first set's value minus the second's, over the songs that both have.</param>
/// <param name="Low">Lower end of the 95 % interval (bootstrap over pairs of songs).</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Higher">Fraction of pairs in which the first set's value is higher; ties count half.</param>
/// <param name="Pairs">Number of pairs.</param>
public sealed record MetricDifference(string Metric, double Difference, double Low, double High, double Higher, int Pairs);
