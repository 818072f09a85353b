using LeVo.Core.Training;

namespace LeVo.Alignment.Tests.Training;

public sealed class WarmupCosineTests
{
    /// <summary>Base rate 2, warm-up 10, total 110, floor ratio 0.1, by hand from the schedule's formula.</summary>
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(5, 1, 1)]
    [InlineData(10, 1, 2)]
    [InlineData(60, 1, 1.1)]
    [InlineData(110, 1, 0.2)]
    [InlineData(110, 2, 1.1)]
    [InlineData(111, 2, 0.2)]
    public void TheRateFollowsTheFormula(int step, double cycle, double expected) =>
        Assert.Equal(expected, WarmupCosine.Rate(step, 2, 10, 110, 0.1, cycle), 12);
}
