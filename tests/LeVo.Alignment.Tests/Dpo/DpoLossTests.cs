using LeVo.Alignment.Dpo;
using LeVo.Core.Generation;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Dpo;

[Collection(nameof(CountsTensors))]
public sealed class DpoLossTests
{
    public DpoLossTests() => LeVoRuntime.EnsureTorch();

    public static TheoryData<DpoOptions> All =>
    [
        new DpoOptions(),
        new DpoOptions { Beta = 0.5, LabelSmoothing = 0.1 },
        new DpoOptions { Objective = DpoObjective.Ipo, LengthNormalized = true },
        new DpoOptions { Objective = DpoObjective.Ipo, Beta = 0.3 },
        new DpoOptions { LengthNormalized = true, Beta = 2 },
        new DpoOptions { SftWeight = 0.7 },
        new DpoOptions { Streams = [SongPart.Mixed] },
        new DpoOptions { Streams = [SongPart.Vocal, SongPart.Accompaniment], SftWeight = 0.2,
            LabelSmoothing = 0.3 },
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void GradientsAgreeWithFiniteDifferences(DpoOptions options)
    {
        using var scope = NewDisposeScope();
        FiniteDifferences.Check(
            inputs => DpoLoss.Compute(Of(inputs[0], Chosen), Of(inputs[1], Rejected), Reference(0), Reference(1), options)
                .Loss,
            [Policy(0), Policy(1)]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void TheReferenceGetsNoGradient(DpoOptions options)
    {
        using var scope = NewDisposeScope();
        Tensor policy = Policy(0).requires_grad_(), reference = Policy(1).requires_grad_();
        DpoLoss.Compute(Of(policy, Chosen), Of(policy * 1, Rejected), Of(reference, Chosen), Of(reference, Rejected),
            options)
            .Loss.backward();
        Assert.Null(reference.grad);
    }

    [Fact]
    public void TheSigmoidLossIsThePapers()
    {
        using var scope = NewDisposeScope();
        DpoTerms terms = Of(new DpoOptions { Beta = 0.1 });
        // Margins by hand from the sums below: (policy - reference) of chosen minus that of rejected, over all streams.
        double[] margins = [(-30 + 31.5) - (-27 + 26), (-24 + 22) - (-21 + 25)];
        double expected = margins.Average(margin => Math.Log(1 + Math.Exp(-0.1 * margin)));
        Assert.Equal(expected, terms.Loss.item<double>(), 12);
        Assert.Equal(0.1 * margins.Average(), Metric(terms, "rewards/margins"), 12);
        Assert.Equal(0.1 * (1.5 - 2) / 2, Metric(terms, "rewards/chosen"), 12);
        Assert.Equal(0.1 * (-1 + 4) / 2, Metric(terms, "rewards/rejected"), 12);
        Assert.Equal(0.5, Metric(terms, "rewards/accuracies"), 12);
        Assert.Equal(((1.5 / 12 + 2.0 / 9) / 2 + (1.0 / 9 + 4.0 / 6) / 2) / 2, Metric(terms, "drift"), 12);
    }

    [Fact]
    public void AtTheReferenceTheLossIsLogTwoAndNothingIsRewarded()
    {
        using var scope = NewDisposeScope();
        DpoTerms terms = DpoLoss.Compute(Reference(0), Reference(1), Reference(0), Reference(1), new());
        Assert.Equal(Math.Log(2), terms.Loss.item<double>(), 12);
        foreach (string name in (string[])["rewards/chosen", "rewards/rejected", "rewards/margins", "drift"])
            Assert.Equal(0, Metric(terms, name));
        Assert.Equal(0.5, Metric(terms, "rewards/accuracies"));
    }

    [Fact]
    public void IpoStopsAtItsMarginAndSmoothingPunishesCertainty()
    {
        using var scope = NewDisposeScope();
        Tensor zero = zeros([1, 3], float64), count = ones([1, 3], float64);
        StreamLogProbabilities none = new(zero, count);
        DpoTerms At(double margin, DpoOptions options) =>
            DpoLoss.Compute(new(Row(margin, 0, 0), count), none, none, none, options);
        Assert.Equal(0, At(5, new() { Objective = DpoObjective.Ipo, Beta = 0.1 }).Loss.item<double>(), 12);
        var smooth = new DpoOptions { Beta = 1, LabelSmoothing = 0.1 };
        // Minimal where sigmoid(margin) is the share of right labels.
        double best = Math.Log(0.9 / 0.1);
        Assert.True(At(best, smooth).Loss.item<double>() < At(best + 0.5, smooth).Loss.item<double>());
        Assert.True(At(best, smooth).Loss.item<double>() < At(best - 0.5, smooth).Loss.item<double>());
    }

    [Fact]
    public void OnlyTheChosenStreamsCount()
    {
        using var scope = NewDisposeScope();
        Tensor policy = Policy(0).requires_grad_();
        DpoLoss.Compute(Of(policy, Chosen), Of(Policy(1), Rejected), Reference(0), Reference(1),
            new() { Streams = [SongPart.Mixed] }).Loss.backward();
        double[] gradient = policy.grad!.data<double>().ToArray();
        Assert.All([0, 3], i => Assert.NotEqual(0, gradient[i]));
        Assert.All([1, 2, 4, 5], i => Assert.Equal(0, gradient[i]));
    }

    [Fact]
    public void ThePreferenceIsThatOfTheComparedFramesAndTheSupervisedTermThatOfTheSong()
    {
        using var scope = NewDisposeScope();
        Tensor zero = zeros([1, 3], float64), whole = Row(-6, -6, -6), tokens = Row(6, 6, 6);
        StreamLogProbabilities chosen = new(whole, tokens) { ComparedSums = Row(2, 0, 0), ComparedCounts = Row(1, 1, 1) },
            rejected = new(whole, tokens) { ComparedSums = Row(-1, 0, 0), ComparedCounts = Row(1, 1, 1) }, none = new(zero, tokens);
        DpoTerms terms = DpoLoss.Compute(chosen, rejected, none, none, new() { Beta = 0.5, SftWeight = 0.25 });
        Assert.Equal(Math.Log(1 + Math.Exp(-0.5 * 3)) + 0.25, terms.Loss.item<double>(), 12);
        Assert.Equal(1.5, Metric(terms, "rewards/margins"), 12);
        Assert.Equal((2 / 3.0 + 1 / 3.0) / 2, Metric(terms, "drift"), 12);
    }

    [Fact]
    public void ALongSongCountsAsMuchAsAShortOneWhereLengthIsNormalised()
    {
        using var scope = NewDisposeScope();
        var options = new DpoOptions { LengthNormalized = true };
        Tensor one = Row(1, 1, 1), zero = zeros([1, 3], float64), tokens = Row(4, 4, 4);
        StreamLogProbabilities rejected = new(zero, tokens), none = new(zero, tokens);
        double once = DpoLoss.Compute(new(one, tokens), rejected, none, none, options).Loss.item<double>();
        double twice = DpoLoss.Compute(new(one * 2, tokens * 2), rejected, new(zero, tokens * 2), none, options)
            .Loss.item<double>();
        Assert.Equal(once, twice, 12);
    }

    [Theory]
    [InlineData(0, 0, 0, SongPart.Mixed)]
    [InlineData(0.1, 0.5, 0, SongPart.Mixed)]
    [InlineData(0.1, 0, -1, SongPart.Mixed)]
    [InlineData(0.1, 0, 0)]
    [InlineData(0.1, 0, 0, (SongPart)3)]
    [InlineData(0.1, 0, 0, SongPart.Vocal, SongPart.Vocal)]
    public void OptionsOutOfRangeAreAnError(double beta, double smoothing, double sft, params SongPart[] streams) =>
        Assert.Throws<ArgumentException>(() => Of(new DpoOptions
        {
            Beta = beta,
            LabelSmoothing = smoothing,
            SftWeight = sft,
            Streams = streams,
        }));

    [Fact]
    public void ShapesThatDifferAreAnError()
    {
        using var scope = NewDisposeScope();
        StreamLogProbabilities one = new(zeros([1, 3]), ones([1, 3]));
        Assert.Throws<ArgumentException>(() => DpoLoss.Compute(Reference(0), one, Reference(0), one, new()));
        Assert.Throws<ArgumentException>(() => DpoLoss.Compute(one, one, one, new(zeros([1, 2]), ones([1, 2])), new()));
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        long before = LiveTensors.Settled();
        using (NewDisposeScope())
            Of(new DpoOptions());
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static DpoTerms Of(DpoOptions options) =>
        DpoLoss.Compute(Of(Policy(0), Chosen), Of(Policy(1), Rejected), Reference(0), Reference(1), options);

    private static double[] Chosen => [4, 4, 4, 3, 3, 3];

    private static double[] Rejected => [3, 3, 3, 2, 2, 2];

    private static Tensor Policy(int side) =>
        Rows(side == 0 ? [-10, -8, -12, -7, -9, -8] : [-9, -10, -8, -6, -7, -8]);

    private static StreamLogProbabilities Reference(int side) => Of(
        Rows(side == 0 ? [-10.5, -9, -12, -6, -9, -7] : [-8, -10, -8, -8, -8, -9]), side == 0 ? Chosen : Rejected);

    private static StreamLogProbabilities Of(Tensor sums, double[] counts) => new(sums, Rows(counts));

    private static Tensor Rows(double[] values) => tensor(values, [2, 3], dtype: float64);

    private static Tensor Row(params double[] values) => tensor(values, [1, 3], dtype: float64);

    private static double Metric(DpoTerms terms, string name) => terms.Metrics.Single(m => m.Name == name)
        .Value.item<double>();
}
