namespace LeVo.Codec.Tests;

public sealed class AssemblyTests
{
    [Fact]
    public void CoreKnowsNeitherCodecNorAlignment()
    {
        string[] references = [.. typeof(LeVo.Core.Model.ModelLoadException).Assembly.GetReferencedAssemblies().Select(a => a.Name!)];
        Assert.DoesNotContain("LeVo.Codec", references);
        Assert.DoesNotContain("LeVo.Alignment", references);
    }
}
