using LeVo.Alignment.Rewards;
using LeVo.Alignment.Tests.Preferences;
using LeVo.Core.Runtime;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Rewards;

public sealed class RankingTests
{
    public RankingTests() => LeVoRuntime.EnsureTorch();

    [Fact]
    public void GradientsAgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        Tensor scores = tensor(new double[] { 0.3, -1, 2, 0.1, 0, 1.5, -0.7, 0.2 }, [2, 4]);
        FiniteDifferences.Check(inputs => RankingLoss.PlackettLuce(inputs[0]), [scores]);
        FiniteDifferences.Check(inputs => RankingLoss.BradleyTerry(inputs[0]), [scores]);
    }

    [Fact]
    public void PlackettLuceIsTheLikelihoodOfTheOrder()
    {
        using var scope = NewDisposeScope();
        double[] s = [0.5, 1, -1];
        double first = Math.Exp(s[0]) / s.Sum(Math.Exp), second = Math.Exp(s[1]) / (Math.Exp(s[1]) + Math.Exp(s[2]));
        Assert.Equal(-Math.Log(first * second), RankingLoss.PlackettLuce(tensor(s, [1, 3])).item<double>(), 12);
        // The likelihoods of all orders sum to one.
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        double sum = orders.Sum(order => Math.Exp(
            -RankingLoss.PlackettLuce(tensor((double[])[.. order.Select(i => s[i])], [1, 3])).item<double>()));
        Assert.Equal(1, sum, 12);
    }

    [Fact]
    public void OfTwoSongsBothAreTheSame()
    {
        using var scope = NewDisposeScope();
        Tensor scores = tensor(new double[] { 0.3, -1, 2, 0.1 }, [2, 2]);
        Assert.Equal(RankingLoss.PlackettLuce(scores).item<double>(), RankingLoss.BradleyTerry(scores).item<double>(),
            12);
    }

    [Fact]
    public void ConsensusAndAgreementOfRaters()
    {
        RankedSongs agreed = Ranked([2, 0, 1], [2, 0, 1]), split = Ranked([0, 1, 2], [2, 1, 0]),
            mostly = Ranked([0, 1, 2], [0, 2, 1]);
        Assert.Equal([2, 0, 1], agreed.Consensus);
        Assert.Equal(1, agreed.Agreement, 12);
        Assert.Equal(0, split.Agreement, 12);
        // Rank sums 0, 3, 3 of two raters over three songs: 12 * 6 / (4 * 24).
        Assert.Equal(0.75, mostly.Agreement, 12);
        Assert.Equal([agreed, mostly], RankedSongs.WhereRatersAgree([agreed, split, mostly], 0.7));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 1, 3)]
    public void ARankingThatIsNoOrderIsAnError(params int[] order) =>
        Assert.Throws<ArgumentException>(() => Ranked(order).Agreement);

    [Fact]
    public void TheReportOfACalibratedModelHasNoError()
    {
        // Of gaps with the odds e^g, a share of sigmoid(g) is right.
        var gaps = new List<double>();
        foreach (double gap in (double[])[0.5, 1, 2, 3])
        {
            int right = (int)Math.Round(10_000 / (1 + Math.Exp(-gap)));
            gaps.AddRange(Enumerable.Repeat(gap, right).Concat(Enumerable.Repeat(-gap, 10_000 - right)));
        }
        CalibrationReport report = CalibrationReport.Create(gaps);
        Assert.Equal(40_000, report.Pairs);
        Assert.True(report.CalibrationError < 1e-3);
        Assert.True(report.LogLoss < Math.Log(2));
        Assert.Equal(report.Bins.Sum(bin => bin.Pairs), report.Pairs);
        Assert.Equal(1, report.Threshold!.Gap); // with the smallest gaps the whole is right in 79.7 %
        CalibrationReport boastful = CalibrationReport.Create([.. gaps.Select(gap => 3 * gap)]);
        Assert.Equal(report.Accuracy, boastful.Accuracy);
        Assert.True(boastful.CalibrationError > 0.05 && boastful.LogLoss > report.LogLoss);
    }

    private static RankedSongs Ranked(params int[][] orders) =>
        new(new("la", null), [Pairs.Song(1), Pairs.Song(2), Pairs.Song(3)],
        [.. orders.Select((order, i) => new RaterRanking($"rater {i}", order))]);
}
