using LeVo.Core.Model;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class SolverTextTests
{
    [Theory]
    [InlineData("a: 1\n", "a: 1\nlevo:\n  codec:\n    steps: 2\n    guidance: 1\n")]
    [InlineData("levo:\n  text: { rules: v1 }\nb: 2\n", "levo:\n  codec:\n    steps: 2\n    guidance: 1\n  text: { rules: v1 }\nb: 2\n")]
    [InlineData("levo: # ours\n    codec:\n        guidance: 1.5\n\n        steps: 10\n        taps: { mixed: 3 }\n    text: {}\n",
        "levo: # ours\n    codec:\n        steps: 2\n        guidance: 1\n\n        taps: { mixed: 3 }\n    text: {}\n")]
    [InlineData("lm:\n  codec:\n    steps: 4\nlevo:\n  codec:\nx: 1\n",
        "lm:\n  codec:\n    steps: 4\nlevo:\n  codec:\n    steps: 2\n    guidance: 1\nx: 1\n")]
    public void OtherLinesStay(string before, string after) => Assert.Equal(after, SolverText.Set(before, 2, 1));

    [Theory]
    [InlineData("a: 1\nlevo: { codec: { steps: 3 } }\n", "line 2")]
    [InlineData("levo:\n  text: {}\n  codec: { steps: 3 }\n", "line 3")]
    public void SectionsInBracesAreRefused(string text, string where) =>
        Assert.Contains(where, Assert.Throws<InvalidDataException>(() => SolverText.Set(text, 2, 1)).Message);
}
