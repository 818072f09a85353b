using System.Runtime.InteropServices;
using LeVo.Cluster.Nats;
using LeVo.Cluster.Work;

namespace LeVo.ClusterProbe;

/// <summary>A worker that ends when the queue is empty or when it is told to stop.</summary>
internal static class QueueWorker
{
    public static async Task<int> RunAsync(string url, string folder, int leaseMilliseconds, int mostAttempts)
    {
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        await using var queue = new NatsWorkQueue(
            new() { Url = url, Name = "test", Lease = TimeSpan.FromMilliseconds(leaseMilliseconds) });
        var runner = new WorkRunner(queue, new FileWork(new(folder), Console.WriteLine), new()
        {
            MostAttempts = mostAttempts,
            RetryAfter = TimeSpan.FromMilliseconds(1),
            Until = Task.CompletedTask,
        });
        Console.WriteLine("ready");
        try
        {
            await runner.RunAsync(stop.Token);
            return 0;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }
}
