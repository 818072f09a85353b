using LeVo.Alignment.Preferences;

namespace LeVo.Alignment.Tests.Preferences;

public sealed class PhonemeErrorRateTests
{
    [Theory]
    [InlineData("a b c", "a b c", 0, 0, 0)]
    [InlineData("a b c", "a x c", 1, 0, 0)]
    [InlineData("a b c", "a b c d", 0, 1, 0)]
    [InlineData("a b c", "b c", 0, 0, 1)]
    [InlineData("a b c", "", 0, 0, 3)]
    [InlineData("", "a", 0, 1, 0)]
    [InlineData("k i t e n", "s i t i n g", 2, 1, 0)]
    public void EditsAreCountedByKind(string reference, string heard, int substitutions, int insertions, int deletions)
    {
        string[] r = Split(reference);
        PhonemeErrorRate rate = PhonemeErrorRate.Compute(r, Split(heard));
        Assert.Equal(new(substitutions, insertions, deletions, r.Length), rate);
    }

    [Fact]
    public void TheRateIsByReferenceLengthAndSumsOverSongs()
    {
        PhonemeErrorRate a = new(1, 1, 0, 4), b = new(0, 0, 3, 6);
        Assert.Equal(0.5, a.Rate);
        Assert.Equal(0.5, (a + b).Rate);
        Assert.Equal(0, default(PhonemeErrorRate).Rate);
        Assert.Equal(2, new PhonemeErrorRate(0, 2, 0, 0).Rate);
    }

    [Fact]
    public void TheAlignmentTellsWhatBecameOfEverySymbol()
    {
        IReadOnlyList<EditStep> steps = EditAlignment.Compute("abcd".ToArray(), "axcde".ToArray());
        Assert.Equal(
        [
            new(EditKind.Match, 0, 0), new(EditKind.Substitution, 1, 1), new(EditKind.Match, 2, 2),
                new(EditKind.Match, 3, 3),
            new(EditKind.Insertion, -1, 4),
        ], steps);
    }

    [Fact]
    public void AlignmentsAreMinimalAndCoverBothSequences()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 200; trial++)
        {
            int[] a = [.. Enumerable.Range(0, random.Next(9)).Select(_ => random.Next(3))];
            int[] b = [.. Enumerable.Range(0, random.Next(9)).Select(_ => random.Next(3))];
            IReadOnlyList<EditStep> steps = EditAlignment.Compute(a, b);
            Assert.Equal(Enumerable.Range(0, a.Length), steps.Select(s => s.Reference).Where(i => i >= 0));
            Assert.Equal(Enumerable.Range(0, b.Length), steps.Select(s => s.Hypothesis).Where(i => i >= 0));
            Assert.All(steps, s => Assert.Equal(s.Kind == EditKind.Match,
                s is { Reference: >= 0, Hypothesis: >= 0 } && a[s.Reference] == b[s.Hypothesis]));
            Assert.Equal(Recursive(a, b), steps.Count(s => s.Kind != EditKind.Match));
        }
    }

    [Fact]
    public void NormalisationKeepsSoundsAlone()
    {
        var normalization = new PhonemeNormalization();
        Assert.Equal(["ah", "l", "ah", "l"], normalization.Apply(["sil", "AH0", "L", "L", "ah1", "sp", "ˈl"]));
        // A pause between equal sounds keeps them two.
        Assert.Equal(["l", "l"], normalization.Apply(["l", "sp", "l"]));
        Assert.Equal(["l0", "l0"],
            new PhonemeNormalization { RemoveStress = false, MergeRepeats = false }.Apply(["L0", "l0"]));
    }

    private static int Recursive(ReadOnlySpan<int> a, ReadOnlySpan<int> b) =>
        a.Length == 0 ? b.Length
        : b.Length == 0 ? a.Length
        : a[0] == b[0] ? Recursive(a[1..], b[1..])
        : 1 + Math.Min(Recursive(a[1..], b[1..]), Math.Min(Recursive(a[1..], b), Recursive(a, b[1..])));

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
