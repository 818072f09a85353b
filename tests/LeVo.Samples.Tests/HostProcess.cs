using System.Diagnostics;
using System.Text.RegularExpressions;

namespace LeVo.Samples.Tests;

/// <summary>The sample host as a process, on a free port of the loopback interface.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private readonly Process process;

    private HostProcess(Process process, Uri address) =>
        (this.process, Client) = (process, new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan });

    public HttpClient Client { get; }

    /// <summary>Starts the host and waits until it listens.</summary>
    public static async Task<HostProcess> StartAsync(string folder, params string[] args)
    {
        Process process = SampleProcess.Start("Host", folder, ["--urls", "http://127.0.0.1:0", .. args]);
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None); // a full pipe would stop the host
                return new(process, new(match.Groups[1].Value));
            }
        }
        process.Dispose();
        throw new InvalidOperationException($"The host ended:\n{string.Join('\n', lines)}");
    }

    /// <summary>Asks the host to stop, as a service manager does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
