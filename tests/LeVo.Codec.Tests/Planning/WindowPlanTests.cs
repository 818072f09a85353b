using LeVo.Codec.Planning;

namespace LeVo.Codec.Tests.Planning;

public sealed class WindowPlanTests
{
    [Fact]
    public void ReleasedWindowsAreFortySecondsAndShareTen()
    {
        WindowPlan plan = WindowPlan.Create(6000, 40, 25);
        Assert.Equal((1000, 750, 250), (plan.Window, plan.Hop, plan.Overlap));
        Assert.Equal(8, plan.Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1000, 1)]
    [InlineData(1001, 2)]
    [InlineData(1750, 2)]
    [InlineData(1751, 3)]
    public void WindowsCoverTheCodes(int frames, int count) => Assert.Equal(count, WindowPlan.Create(frames, 40, 25).Count);

    [Fact]
    public void TheFirstWindowsThatReachTheEndAreEnough()
    {
        for (int window = 4; window < 40; window++)
        {
            for (int frames = 1; frames < 200; frames++)
            {
                WindowPlan plan = WindowPlan.Create(frames, window, 1);
                Assert.True(plan.Start(plan.Count - 1) + plan.Window >= frames, "covers");
                Assert.True(plan.Count == 1 || plan.Start(plan.Count - 2) + plan.Window < frames, "and not more");
            }
        }
    }

    [Fact]
    public void CodesRepeatPeriodically() =>
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1], WindowPlan.Create(3, 8, 1).Cut([0, 1, 2], 0));

    [Fact]
    public void TheLastWindowMayEndWithTheCodes()
    {
        WindowPlan plan = WindowPlan.Create(1100, 40, 25, endsWithCodes: true), full = WindowPlan.Create(1100, 40, 25);
        Assert.Equal((2, 1000, 350), (plan.Count, plan.Length(0), plan.Length(1)));
        Assert.Equal((1000, 1000), (full.Length(0), full.Length(1)));
        int[] codes = [.. Enumerable.Range(0, 1100)];
        Assert.Equal(full.Cut(codes, 1)[..350], plan.Cut(codes, 1));
        Assert.Equal(3, WindowPlan.Create(3, 40, 25, endsWithCodes: true).Length(0));
    }

    [Theory]
    [InlineData(1, 1920)]
    [InlineData(29, 55_679)]
    [InlineData(57, 109_439)]
    [InlineData(250, 480_000)]
    public void TheTargetKeepsTheRounding(int frames, long samples) =>
        Assert.Equal(samples, WindowPlan.TargetSamples(frames, 25, 48_000));

    [Fact]
    public void TheTargetIsOftenASampleShort() =>
        Assert.Equal(627, Enumerable.Range(0, 8000).Count(n => WindowPlan.TargetSamples(n, 25, 48_000) == 1920L * n - 1));

    [Fact]
    public void WindowsHaveFourFrames() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowPlan.Create(10, 0.1, 25));
}
