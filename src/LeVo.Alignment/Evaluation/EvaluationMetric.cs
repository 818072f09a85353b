namespace LeVo.Alignment.Evaluation;

/// <summary>A number of a table.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Title">Its name in a table, with the unit.</param>
/// <param name="Better">1 if higher is better, -1 if lower is better, 0 if neither.</param>
/// <param name="Format">The format of its values.</param>
internal sealed record EvaluationMetric(string Key, string Title, int Better = 0, string Format = "0.00")
{
    public const string PhonemeErrors = "phoneme_error_rate", TextSimilarity = "text_similarity",
        PromptSimilarity = "prompt_similarity", Reward = "reward", Loudness = "loudness_lufs", TruePeak = "true_peak_dbtp",
        Clipped = "clipped_fraction", Silent = "silent_fraction", LongestSilence = "longest_silence_seconds",
        Length = "length_seconds", LengthKept = "length_kept", StemResidual = "stem_residual_db";

    private static readonly EvaluationMetric[] Known =
    [
        new(PhonemeErrors, "Phoneme error rate", -1, "0.000"),
        new(TextSimilarity, "Similarity with the description", 1, "0.000"),
        new(PromptSimilarity, "Similarity with the audio prompt", 1, "0.000"),
        new(Reward, "Reward", 1),
        new(Loudness, "Loudness, LUFS"),
        new(TruePeak, "True peak, dBTP"),
        new(Clipped, "Clipped samples", -1, "0.00000"),
        new(Silent, "Silent part", -1, "0.000"),
        new(LongestSilence, "Longest silence, s", -1),
        new(Length, "Length, s"),
        new(LengthKept, "Length of the length asked for", 0, "0.000"),
        new(StemResidual, "Mix without the sum of stems, dB", -1, "0.0"),
    ];

    /// <summary>The metric of a key; strategies of scorers are metrics, too, of which higher is better.</summary>
    public static EvaluationMetric Of(string key) =>
        Array.Find(Known, metric => metric.Key == key) ?? new(key, key, 1, "0.000");

    /// <summary>Orders keys: the known ones as above, after the scorers' strategies.</summary>
    public static IEnumerable<string> Order(IEnumerable<string> keys) => keys.Distinct()
        .OrderBy(key => Array.FindIndex(Known, metric => metric.Key == key) is var at && at < 0 ? 3.5 : at)
        .ThenBy(key => key, StringComparer.Ordinal);
}
