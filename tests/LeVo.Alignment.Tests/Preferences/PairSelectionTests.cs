using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;

namespace LeVo.Alignment.Tests.Preferences;

public sealed class PairSelectionTests
{
    [Fact]
    public void TheBestMeetsTheWorstOfItsCondition()
    {
        PreferencePair[] pairs = [.. Select(new(), ("a", 0.1), ("a", 0.9), ("b", 5), ("a", 0.5), ("b", 4), ("c", 1))];
        Assert.Equal([("a", 0.9, 0.1), ("b", 5.0, 4.0)],
            pairs.Select(pair => (pair.Condition.Lyrics!, pair.ChosenScore, pair.RejectedScore)));
        Assert.Equal((1UL, 0UL), (pairs[0].Provenance.ChosenSeed, pairs[0].Provenance.RejectedSeed));
    }

    [Fact]
    public void FurtherPairsUseFurtherSamples()
    {
        PreferencePair[] pairs =
            [.. Select(new() { MaximumPerCondition = 5 }, ("a", 1), ("a", 2), ("a", 3), ("a", 4), ("a", 5))];
        Assert.Equal([(5.0, 1.0), (4.0, 2.0)], pairs.Select(pair => (pair.ChosenScore, pair.RejectedScore)));
    }

    [Fact]
    public void GapsAndBoundsAreKept()
    {
        Assert.Single(Select(new() { MinimumGap = 0.5 }, ("a", 0), ("a", 0.5)));
        Assert.Empty(Select(new() { MinimumGap = 0.6 }, ("a", 0), ("a", 0.5)));
        Assert.Empty(Select(new() { MinimumChosenScore = 0.6 }, ("a", 0), ("a", 0.5)));
        Assert.Empty(Select(new() { MaximumRejectedScore = -0.1 }, ("a", 0), ("a", 0.5)));
        Assert.Empty(Select(new(), ("a", 1), ("a", 1)));
    }

    [Fact]
    public void LengthsThatDifferTooMuchMakeNoPair()
    {
        (SongSample, double)[] samples =
        [
            (new(new("a", null), Pairs.Song(0, 30), 0), 1),
            (new(new("a", null), Pairs.Song(1, 20), 1), 0),
        ];
        Assert.Single(new PairSelection { MaximumLengthRatio = 1.5 }.Select(samples, "test", "model", "scorer"));
        Assert.Empty(new PairSelection { MaximumLengthRatio = 1.4 }.Select(samples, "test", "model", "scorer"));
    }

    [Fact]
    public void TheThresholdIsTheSmallestGapThatIsRightOftenEnough()
    {
        // Large gaps are right, small ones a coin's throw.
        double[] gaps = [.. Enumerable.Range(1, 40).Select(i => i <= 20 && i % 2 == 0 ? -i / 40.0 : i / 40.0)];
        ThresholdCalibration found = ThresholdCalibration.Find(gaps)!;
        int kept = gaps.Count(gap => Math.Abs(gap) >= found.Gap), right = gaps.Count(gap => gap >= found.Gap);
        Assert.Equal((double)right / kept, found.Accuracy, 12);
        Assert.True(found.Accuracy > 0.8);
        double next = gaps.Select(Math.Abs).Where(gap => gap < found.Gap).Max();
        Assert.True((double)gaps.Count(gap => gap >= next) / gaps.Count(gap => Math.Abs(gap) >= next) <= 0.8);
        Assert.Equal((double)kept / 40, found.Coverage);
    }

    [Fact]
    public void WithoutATrustworthyGapThereIsNoThreshold()
    {
        Assert.Null(ThresholdCalibration.Find(Enumerable.Range(1, 40).Select(i => i % 2 == 0 ? i : -(double)i)));
        Assert.Null(ThresholdCalibration.Find([1, 2, 3])); // too few to tell
        Assert.Null(ThresholdCalibration.Find([]));
    }

    [Fact]
    public void EqualGapsStandOrFallTogether() =>
        Assert.Null(ThresholdCalibration.Find([1, 1, 1, 1, -1, -1], minimumPairs: 4));

    private static IReadOnlyList<PreferencePair> Select(PairSelection selection,
        params (string Lyrics, double Score)[] samples) =>
        selection.Select(
            samples.Select((one, i) =>
                (new SongSample(new(one.Lyrics, null), Pairs.Song(i), (ulong)i), one.Score)), "test", "model", "scorer");
}
