using System.Text.RegularExpressions;
using LeVo.Alignment.Data;

namespace LeVo.Alignment.Preferences;

/// <summary>An audit of a set of pairs for common defects.</summary>
/// <param name="Pairs">Number of pairs.</param>
/// <param name="Duplicates">Number of pairs that repeat an earlier one with the same condition.</param>
/// <param name="Contradictions">Number of pairs that contradict an earlier one with the same condition.</param>
/// <param name="Ties">Number of pairs whose gap is at most the tie gap, or whose songs are equal.</param>
/// <param name="LongerChosenShare">Fraction of the pairs of unequal length in which the chosen song is longer.</param>
/// <param name="LengthBias">Deviation of <paramref name="LongerChosenShare"/> from one half, in standard
/// deviations.</param>
/// <param name="MeanLengthDifference">Mean of chosen minus rejected length, in frames.</param>
/// <param name="Leaks">Number of pairs whose lyrics or songs are also in the test set.</param>
/// <param name="Findings">One sentence for each defect, with the pair's index.</param>
public sealed partial record PreferenceAudit(int Pairs, int Duplicates, int Contradictions, int Ties,
    double LongerChosenShare,
    double LengthBias, double MeanLengthDifference, int Leaks, IReadOnlyList<string> Findings)
{
    /// <summary>
    /// Whether length alone predicts the preference better than chance (by more than three standard deviations).
    /// </summary>
    public bool IsLengthBiased => Math.Abs(LengthBias) > 3;

    /// <summary>Audits pairs.</summary>
    /// <param name="pairs">The pairs to train on.</param>
    /// <param name="test">The test pairs, to detect leaks; null for none.</param>
    /// <param name="tieGap">Maximum gap of a tie.</param>
    public static PreferenceAudit Create(
        IEnumerable<PreferencePair> pairs, IEnumerable<PreferencePair>? test = null, double tieGap = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var known = new HashSet<string>(StringComparer.Ordinal);
        HashSet<string> forbidden = [.. (test ?? []).SelectMany(Traces)];
        var findings = new List<string>();
        int count = 0, duplicates = 0, contradictions = 0, ties = 0, leaks = 0, longer = 0, unequal = 0;
        long difference = 0;
        foreach (PreferencePair pair in pairs)
        {
            int index = count++;
            string condition = pair.Condition.Key();
            string chosen = TokenBlobs.ComputeId(pair.Chosen), rejected = TokenBlobs.ComputeId(pair.Rejected);
            Count(ref duplicates, !known.Add($"{condition}\u001f{chosen}\u001f{rejected}"), "is a duplicate");
            Count(ref contradictions, chosen != rejected
                && known.Contains($"{condition}\u001f{rejected}\u001f{chosen}"),
                "contradicts an earlier one");
            Count(ref ties, pair.Gap <= tieGap || chosen == rejected, "is a tie");
            Count(ref leaks, Traces(pair).Any(forbidden.Contains), "has lyrics or a song from the test set");
            int more = pair.Chosen.Frames - pair.Rejected.Frames;
            difference += more;
            unequal += more == 0 ? 0 : 1;
            longer += more > 0 ? 1 : 0;

            void Count(ref int counter, bool found, string what)
            {
                if (!found)
                    return;
                counter++;
                findings.Add($"Pair {index} ({pair.Strategy}) {what}.");
            }
        }
        double share = unequal == 0 ? 0.5 : (double)longer / unequal;
        return new(count, duplicates, contradictions, ties, share, (share - 0.5) * 2 * Math.Sqrt(unequal),
            count == 0 ? 0 : (double)difference / count, leaks, findings);
    }

    /// <summary>
    /// The keys that must not be in both sets: the words, ignoring case and punctuation, and the songs.
    /// </summary>
    private static IEnumerable<string> Traces(PreferencePair pair) =>
    [
        "words " + Between()
            .Replace((pair.Condition.Lyrics ?? pair.Condition.Description ?? "").ToLowerInvariant(), " ").Trim(),
        "song " + TokenBlobs.ComputeId(pair.Chosen),
        "song " + TokenBlobs.ComputeId(pair.Rejected),
    ];

    [GeneratedRegex(@"[^\p{L}\p{N}]+")]
    private static partial Regex Between();
}
