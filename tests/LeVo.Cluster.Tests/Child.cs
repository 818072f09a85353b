using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace LeVo.Cluster.Tests;

/// <summary>A process that a test has started. It is ended by its id when it is disposed.</summary>
internal sealed partial class Child : IAsyncDisposable
{
    /// <summary>After so long a test is stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly Channel<string> unread = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> lines = new();
    private readonly Task reading;

    public Child(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        // Open MPI gives its processes a terminal, to which .NET would write escape codes; and as root it wants to be told twice.
        start.Environment["TERM"] = "dumb";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        process = Process.Start(start)!;
        process.StandardInput.Close();
        reading = ReadAllAsync();
    }

    public enum Signal
    {
        Kill = 9,
        Terminate = 15,
        Continue = 18,
        Stop = 19,
    }

    /// <summary>What it has written so far, both streams.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    public string Output => string.Join('\n', lines);

    /// <summary>Waits for a line that has not been waited for before.</summary>
    public async Task<string> LineAsync(Func<string, bool> isIt)
    {
        using CancellationTokenSource patience = Stuck();
        try
        {
            while (true)
            {
                string line = await unread.Reader.ReadAsync(patience.Token);
                if (isIt(line))
                    return line;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"The line did not come. The output is:\n{Output}", e);
        }
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using CancellationTokenSource patience = Stuck();
        try
        {
            await process.WaitForExitAsync(patience.Token);
            await reading;
            return process.ExitCode;
        }
        catch (OperationCanceledException e)
        {
            throw new InvalidOperationException($"The process did not end. The output is:\n{Output}", e);
        }
    }

    public void Send(Signal signal) => Assert.Equal(0, Kill(process.Id, (int)signal));

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
    }

    private static CancellationTokenSource Stuck()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Patience);
        return source;
    }

    private async Task ReadAllAsync()
    {
        await Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        unread.Writer.Complete();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Enqueue(line);
            unread.Writer.TryWrite(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
