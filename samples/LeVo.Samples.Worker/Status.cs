using LeVo.Cluster.Nats;
using LeVo.Cluster.Work;

namespace LeVo.Samples.Worker;

/// <summary>Says how far a run is.</summary>
internal static class Status
{
    public static async Task<int> RunAsync(Settings settings, CancellationToken stop)
    {
        IReadOnlyList<WorkItem> items = settings.Run.Read();
        Console.WriteLine($"{items.Count(settings.Run.HasPart)} of {items.Count} items are done");
        await using NatsWorkQueue? queue = settings.Queue();
        if (queue is null || items.Count == 0)
            return 0;
        string kind = items[0].Kind;
        Console.WriteLine($"{await queue.CountAsync(kind, stop)} items are in the queue");
        HashSet<string> missing = [.. items.Where(item => !settings.Run.HasPart(item)).Select(item => item.Id)];
        await foreach (RejectedWork rejected in queue.ReadRejectedAsync(kind, stop))
        {
            if (missing.Contains(rejected.Work.Id))
                Console.WriteLine($"rejected after {rejected.Attempts} attempts: {rejected.Work.Id}: {rejected.Reason}");
        }
        return 0;
    }
}
