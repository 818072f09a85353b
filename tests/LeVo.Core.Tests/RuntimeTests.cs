using System.Runtime.InteropServices;
using LeVo.Core.Runtime;
using LeVo.Testing;
using TorchSharp;

namespace LeVo.Core.Tests;

public sealed class RuntimeTests
{
    [Fact]
    public void TorchLoadsThroughTheGate()
    {
        LeVoRuntimeReport report = LeVoRuntime.Probe();
        Assert.True(report.TorchAvailable, report.Problem);
        using torch.Tensor sum = torch.ones(3).sum();
        Assert.Equal(3f, sum.item<float>());
    }

    [Fact]
    public void FreedMemoryIsKeptWhereGlibcIs()
    {
        LeVoRuntime.EnsureTorch();
        bool glibc = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
            && NativeLibrary.TryGetExport(library, "mallopt", out _);
        Assert.Equal(glibc, LeVoRuntime.TuneAllocator());
        using torch.Tensor zeros = torch.zeros(1 << 24);
        Assert.Equal(0f, zeros.sum().item<float>());
    }

    [Fact]
    public void NameSeededValuesMatchTheirCheckValues()
    {
        Assert.Equal([-0.5498296022415161, -0.8414467573165894, -0.31528544425964355, -0.9535181522369385],
            NameSeeded.Uniform("emb.0.weight", 4));
        Assert.Equal([-0.11904159933328629f, -0.1821785718202591f, -0.06826130300760269f, -0.206442728638649f],
            NameSeeded.Weight("emb.0.weight", 66, 64)[..4]);
        Assert.Equal(1.0723317861557007f, NameSeeded.Weight("bn.running_var", 3)[0]);
        Assert.Equal(-0.05318431928753853f, NameSeeded.Weight("out_norm.bias", 4)[0]);
        Assert.Equal([25, 12, 40, 58, 30, 7], NameSeeded.Tokens("codes", 6, 0, 64));
    }
}
