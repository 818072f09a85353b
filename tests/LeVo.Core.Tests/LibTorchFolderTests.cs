using System.Runtime.InteropServices;
using System.Text;
using LeVo.Core.Runtime;

namespace LeVo.Core.Tests;

/// <summary>libtorch from a folder like PyTorch's, in processes that have no other.</summary>
public sealed class LibTorchFolderTests : IDisposable
{
    private const string Symbol = "_ZN3c106detail14torchCheckFail";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-libtorch-");

    private string Torch => Path.Combine(folder.FullName, "torch");

    [Theory]
    [InlineData("2.10.0")]
    [InlineData("2.10.0+cu128")]
    public void TheExpectedVersionComputes(string version)
    {
        if (!IsLinuxX64())
            return;
        Write(version);
        Assert.Equal(["3"], CpuProbe.Run(["libtorch", folder.FullName]));
        Assert.Equal(["3"], CpuProbe.Run(["libtorch"], (LeVoRuntime.LibTorchVariable, Torch)));
        Assert.Contains("could not be loaded", Assert.Single(CpuProbe.Run(["libtorch"])));
    }

    [Fact]
    public void AnotherVersionIsRefused()
    {
        if (!IsLinuxX64())
            return;
        Write("2.9.1");
        Assert.StartsWith($"The libtorch in '{Path.Combine(Torch, "lib")}' has version 2.9.1; TorchSharp needs 2.10.0.",
            Assert.Single(CpuProbe.Run(["libtorch", Torch])));
        Assert.Equal(["3"], CpuProbe.Run(["libtorch", Torch, "any"]));
        File.Delete(Path.Combine(Torch, "version.py"));
        Assert.Contains("has version unknown", Assert.Single(CpuProbe.Run(["libtorch", Torch])));
    }

    [Fact]
    public void ASymbolThatIsMissingIsNamed()
    {
        if (!IsLinuxX64())
            return;
        Write("2.9.1");
        string library = Path.Combine(Torch, "lib", "libc10.so");
        byte[] content = File.ReadAllBytes(library);
        File.Delete(library);
        byte[] symbol = Encoding.ASCII.GetBytes(Symbol);
        for (int at = content.AsSpan().IndexOf(symbol); at >= 0; at = content.AsSpan().IndexOf(symbol))
            content[at + symbol.Length - 1] = (byte)'x';
        File.WriteAllBytes(library, content);
        string message = string.Join('\n', CpuProbe.Run(["libtorch", Torch, "any"]));
        Assert.Contains("whose version is 2.9.1", message);
        Assert.Contains($"undefined symbol: {Symbol[..^1]}x", message);
    }

    [Fact]
    public void AFolderWithoutItIsNamed()
    {
        if (!IsLinuxX64())
            return;
        string message = Assert.Throws<LeVoRuntimeException>(() => LibTorchFolder.Find(folder.FullName)).Message;
        Assert.Equal($"There is no libtorch.so in {folder.FullName}, {folder.FullName}/lib, {folder.FullName}/torch/lib.", message);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static bool IsLinuxX64() => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>A folder like site-packages, with links to the libraries of these tests.</summary>
    private void Write(string version)
    {
        string libraries = Directory.CreateDirectory(Path.Combine(Torch, "lib")).FullName;
        string[] own = [.. new[] { "", "runtimes/linux-x64/native" }.Select(below => Path.Combine(AppContext.BaseDirectory, below))];
        string source = own.First(place => File.Exists(Path.Combine(place, "libtorch.so")));
        foreach (string name in (string[])["libgomp*.so*", "libc10.so", "libtorch_cpu.so", "libtorch.so"])
            foreach (string file in Directory.EnumerateFiles(source, name))
                File.CreateSymbolicLink(Path.Combine(libraries, Path.GetFileName(file)), file);
        File.WriteAllText(Path.Combine(Torch, "version.py"), $"__all__ = ['__version__']\n__version__ = '{version}'\ndebug = False\n");
    }
}
