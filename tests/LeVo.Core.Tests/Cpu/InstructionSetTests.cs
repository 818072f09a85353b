using System.Globalization;
using System.Runtime.InteropServices;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Tests.Generation;

namespace LeVo.Core.Tests.Cpu;

/// <summary>
/// The engine in processes of their own (tests/LeVo.CpuProbe), which have no libtorch, with instruction sets switched
/// off by the environment: the same logits within rounding.
/// </summary>
public sealed class InstructionSetTests(TinyModelFolder folder) : IClassFixture<TinyModelFolder>
{
    private const string Nothing = "";

    [Theory]
    [InlineData("Int8", "Float16")]
    [InlineData("Int4", "Float16")]
    [InlineData("Int8", "Int8")]
    public void SwitchedOffInstructionsChangeNothingButRounding(string precision, string cache)
    {
        (string kernel, float[] expected) = Run(precision, cache, Nothing);
        Assert.Equal(BlockKernel.Best.Name, kernel);
        foreach (string switchedOff in (string[])["EnableAVX2", "EnableAVX", "EnableHWIntrinsic"])
        {
            (kernel, float[] got) = Run(precision, cache, switchedOff);
            if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
                Assert.Equal("portable", kernel);
            Assert.InRange(CpuModel.RelativeError(got, expected), 0, 1e-4);
        }
    }

    private (string Kernel, float[] Logits) Run(string precision, string cache, string switchedOff)
    {
        string[] lines = CpuProbe.Run([folder.Path, precision, cache], switchedOff == Nothing ? null : ($"DOTNET_{switchedOff}", "0"));
        Assert.Equal("False", lines[1].Trim());
        return (lines[0].Trim(), [.. lines[2..].Select(line => float.Parse(line, CultureInfo.InvariantCulture))]);
    }
}
