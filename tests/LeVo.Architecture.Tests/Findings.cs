namespace LeVo.Architecture.Tests;

internal static class Findings
{
    /// <summary>Fails with every finding: <see cref="Assert.Empty(System.Collections.IEnumerable)"/> shows a few.</summary>
    public static void AssertNone(IReadOnlyCollection<string> findings) =>
        Assert.True(findings.Count == 0, $"{findings.Count} findings:\n{string.Join('\n', findings)}");
}
