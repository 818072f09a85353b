using System.Diagnostics;
using System.Runtime.InteropServices;
using LeVo.Testing;

namespace LeVo.Samples.Tests;

/// <summary>A sample as its user runs it: a process in a folder of its own, with its output.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">The standard output.</param>
/// <param name="Errors">The standard error.</param>
internal sealed record SampleProcess(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a sample to its end.</summary>
    /// <param name="name">The project's name behind <c>LeVo.Samples.</c>.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="input">The standard input.</param>
    /// <param name="args">The arguments.</param>
    public static async Task<SampleProcess> RunAsync(string name, string folder, string input, params string[] args)
    {
        using Process process = Start(name, folder, args);
        CancellationToken token = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(token);
        Task<string> errors = process.StandardError.ReadToEndAsync(token);
        await process.StandardInput.WriteAsync(input.AsMemory(), token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(token);
        return new(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a sample.</summary>
    /// <param name="name">The project's name behind <c>LeVo.Samples.</c>.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="args">The arguments.</param>
    public static Process Start(string name, string folder, params string[] args)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(Repository.Root, "samples", $"LeVo.Samples.{name}", "bin", configuration, "net10.0",
            $"LeVo.Samples.{name}.dll");
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..",
            OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet, ["exec", program, .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }
}
