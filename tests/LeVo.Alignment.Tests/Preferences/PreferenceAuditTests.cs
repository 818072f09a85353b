using LeVo.Alignment.Preferences;

namespace LeVo.Alignment.Tests.Preferences;

public sealed class PreferenceAuditTests
{
    [Fact]
    public void DuplicatesContradictionsAndTiesAreCounted()
    {
        PreferenceAudit audit = PreferenceAudit.Create(
        [
            Pairs.Of(1, 2), Pairs.Of(1, 2), Pairs.Of(2, 1), Pairs.Of(2, 1, "[verse] mo"), Pairs.Of(3, 4, gap: 0.05),
                Pairs.Of(5, 5),
        ], tieGap: 0.1);
        Assert.Equal((6, 1, 1, 2), (audit.Pairs, audit.Duplicates, audit.Contradictions, audit.Ties));
        Assert.Equal(4, audit.Findings.Count);
        Assert.Contains("Pair 2", audit.Findings[1]);
    }

    [Fact]
    public void LengthBiasIsInStandardDeviations()
    {
        PreferenceAudit biased = PreferenceAudit.Create(Enumerable.Range(0, 16).Select(i => Pairs.Of(i, 99, longer: 2)));
        Assert.Equal((1.0, 4.0, 2.0, true),
            (biased.LongerChosenShare, biased.LengthBias, biased.MeanLengthDifference, biased.IsLengthBiased));
        PreferenceAudit fair = PreferenceAudit.Create(
            Enumerable.Range(0, 16).Select(i => Pairs.Of(i, 99, longer: i % 2 == 0 ? 2 : -2)));
        Assert.Equal((0.5, 0.0, false), (fair.LongerChosenShare, fair.LengthBias, fair.IsLengthBiased));
        Assert.False(PreferenceAudit.Create([Pairs.Of(1, 2)]).IsLengthBiased);
    }

    [Fact]
    public void LyricsAndSongsOfTheTestSetAreLeaks()
    {
        PreferencePair[] test = [Pairs.Of(7, 8, "[verse] Morning light ; [chorus] sing")];
        PreferenceAudit audit = PreferenceAudit.Create(
        [
            Pairs.Of(1, 2, "[verse] morning, LIGHT. [chorus] sing"), // the same words
            Pairs.Of(3, 8, "[verse] other words"), // the same song
            Pairs.Of(3, 4, "[verse] morning light"),
        ], test);
        Assert.Equal(2, audit.Leaks);
        Assert.Equal(0, PreferenceAudit.Create(test).Leaks);
    }
}
