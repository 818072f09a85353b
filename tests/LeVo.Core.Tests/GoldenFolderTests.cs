using LeVo.Testing;

namespace LeVo.Core.Tests;

[Trait("Category", "Golden")]
public sealed class GoldenFolderTests
{
    /// <summary>Absent kinds are not run; this keeps a mistyped folder from passing because nothing at all was
    /// run.</summary>
    [Fact]
    public void TheFolderHoldsGoldens() =>
        Assert.Contains(Golden.Files, path => path.EndsWith(".safetensors", StringComparison.Ordinal));
}
