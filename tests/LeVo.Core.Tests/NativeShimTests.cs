using LeVo.Core.Runtime;
using LeVo.Core.Tests.Checkpoints;

namespace LeVo.Core.Tests;

/// <summary>The shim's copy and its places. How an application fails without them is tested by eng/consumer-test.</summary>
public sealed class NativeShimTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Cache => folder["cache"];

    private string Shim => Path.Combine(folder["app"], NativeShim.FileName);

    public NativeShimTests()
    {
        Directory.CreateDirectory(folder["app"]);
        File.WriteAllText(Shim, "a shim");
    }

    [Fact]
    public void TheCopyIsWrittenOnceAndAgainWhereItWasDamaged()
    {
        string copy = NativeShim.WriteRelaxedCopy(Shim, [() => Cache]);
        Assert.Equal("a shim", File.ReadAllText(copy));
        File.SetLastWriteTimeUtc(copy, DateTime.UnixEpoch);
        Assert.Equal(copy, NativeShim.WriteRelaxedCopy(Shim, [() => Cache]));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(copy));
        File.WriteAllText(copy, "a shin");
        Assert.Equal(copy, NativeShim.WriteRelaxedCopy(Shim, [() => Cache]));
        Assert.Equal("a shim", File.ReadAllText(copy));
        Assert.Single(Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void AnotherShimGetsAnotherCopy()
    {
        string first = NativeShim.WriteRelaxedCopy(Shim, [() => Cache]);
        File.WriteAllText(Shim, "another");
        Assert.NotEqual(first, NativeShim.WriteRelaxedCopy(Shim, [() => Cache]));
        Assert.Equal("a shim", File.ReadAllText(first));
    }

    [Fact]
    public void WithoutTheUsersFolderTheNextIsTaken()
    {
        File.WriteAllText(folder["file"], "");
        string copy = NativeShim.WriteRelaxedCopy(Shim, [() => folder["file/cache"], () => Cache]);
        Assert.StartsWith(Cache, copy, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAnyFolderOneErrorSaysWhatToDo()
    {
        File.WriteAllText(folder["file"], "");
        string message = Assert.Throws<LeVoRuntimeException>(() => NativeShim.WriteRelaxedCopy(
            Shim, [() => folder["file/one"], () => throw new UnauthorizedAccessException("two is closed.")])).Message;
        Assert.Contains(folder["file"], message);
        Assert.Contains("two is closed.", message);
        Assert.Contains("Set LEVO_NATIVE_CACHE to a writable folder", message);
    }

    [Fact]
    public void TheShimBesideLibtorchIsPreferred()
    {
        Directory.CreateDirectory(folder["full"]);
        File.WriteAllText(Path.Combine(folder["full"], NativeShim.FileName), "");
        string[] folders = [folder["none"], folder["app"], folder["full"]];
        Assert.Equal(Shim, NativeShim.Find(folders));
        File.WriteAllText(Path.Combine(folder["full"], "libtorch.so"), "");
        Assert.Equal(Path.Combine(folder["full"], NativeShim.FileName), NativeShim.Find(folders));
        Assert.Null(NativeShim.Find([folder["none"]]));
    }

    public void Dispose() => folder.Dispose();
}
