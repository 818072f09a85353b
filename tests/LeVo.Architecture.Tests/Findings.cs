namespace LeVo.Architecture.Tests;

internal static class Findings
{
    /// <summary>Fails with the whole list; <c>Assert.Empty</c> would cut it short.</summary>
    public static void AssertNone(IReadOnlyCollection<string> findings) =>
        Assert.True(findings.Count == 0, $"{findings.Count} findings:\n{string.Join('\n', findings)}");
}
