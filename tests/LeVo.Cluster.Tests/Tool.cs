using System.Diagnostics;
using LeVo.Testing;

namespace LeVo.Cluster.Tests;

/// <summary>A program that tests run. Where it is missing it is installed.</summary>
internal static class Tool
{
    private static readonly SemaphoreSlim Installing = new(1);

    /// <summary>The path of a program.</summary>
    public static async Task<string> FindAsync(string name)
    {
        if (Find(name) is { } path)
            return path;
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (Find(name) is null)
                await InstallAsync(name);
            return Find(name) ?? throw new InvalidOperationException($"{name} is still missing after eng/install-test-tools.");
        }
        finally
        {
            Installing.Release();
        }
    }

    private static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin").Split(':')
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static async Task InstallAsync(string name)
    {
        string script = Path.Combine(Repository.Root, "eng", "install-test-tools");
        using Process process = Process.Start(new ProcessStartInfo(script)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode != 0)
            Assert.Fail($"The tests need {name}. 'eng/install-test-tools' failed:\n{await output}{await errors}");
    }
}
