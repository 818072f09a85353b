using System.Diagnostics;
using System.Runtime.InteropServices;
using LeVo.Testing;

namespace LeVo.Core.Tests;

/// <summary>Runs tests/LeVo.CpuProbe, a program that has no libtorch.</summary>
internal static class CpuProbe
{
    /// <summary>The lines that it writes.</summary>
    /// <param name="args">Its arguments.</param>
    /// <param name="variable">An environment variable, or null.</param>
    public static string[] Run(string[] args, (string Name, string Value)? variable = null)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string probe = Path.Combine(
            Repository.Root, "tests", "LeVo.CpuProbe", "bin", configuration, "net10.0", "LeVo.CpuProbe.dll");
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..",
            OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet, ["exec", probe, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (variable is { } one)
            start.Environment[one.Name] = one.Value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
        return lines;
    }
}
