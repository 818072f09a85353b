using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Cluster.Nats;
using LeVo.Cluster.Songs;
using LeVo.Cluster.Work;
using LeVo.Core.Generation;
using LeVo.Samples.Align;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeVo.Samples.Worker;

/// <summary>Does the work of a run, from the queue or a part of it without one.</summary>
internal static class Working
{
    /// <summary>What decides which song is better; register scorers of your own in its place.</summary>
    public static IPreferenceScorer Scorer { get; } = new VocalLevelScorer();

    public static async Task<int> RunAsync(Settings settings, CancellationToken stop)
    {
        IReadOnlyList<WorkItem> items = settings.Run.Read();
        if (items.Count == 0)
            return 0;
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        services.AddLeVo(options => options.ModelPath = settings.Model).AddMusicCodec().AddAlignment();
        await using ServiceProvider provider = services.BuildServiceProvider();
        IWork work = Work(items[0].Kind, settings, provider);
        using var disposal = work as IDisposable;
        work.Check(items[0]); // a worker with another model would reject everything
        await using NatsWorkQueue? shared = settings.Queue();
        IWorkQueue queue = shared ?? await ShareAsync(items, settings, stop);
        int done = await new WorkRunner(queue, work, new() { Until = settings.Line.Has("--stay") ? null : Task.CompletedTask },
            provider.GetRequiredService<ILogger<WorkRunner>>()).RunAsync(stop);
        int missing = items.Count(item => !settings.Run.HasPart(item));
        await foreach (RejectedWork rejected in queue.ReadRejectedAsync(work.Kind, stop))
            Console.Error.WriteLine($"error: {rejected.Work.Id}: {rejected.Reason}");
        Console.WriteLine($"{done} items by this worker; {missing} of {items.Count} are missing");
        return 0;
    }

    /// <summary>This worker's part of the items, in a queue in memory.</summary>
    private static async Task<IWorkQueue> ShareAsync(IReadOnlyList<WorkItem> items, Settings settings, CancellationToken stop)
    {
        WorkShard shard = settings.Line.Text("--shard") is { } text ? WorkShard.Parse(text)
            : WorkShard.FromEnvironment() ?? WorkShard.Whole;
        var queue = new ChannelWorkQueue();
        foreach (WorkItem item in shard.Of(items))
            await queue.AddAsync(item, stop);
        return queue;
    }

    private static IWork Work(string kind, Settings settings, IServiceProvider provider)
    {
        IMusicCodec codec = provider.GetRequiredService<IMusicCodec>();
        return kind switch
        {
            "compose" => new ComposeWork(provider.GetRequiredService<ISongGenerator>(), settings.Model, settings.Run),
            "sample" => new PreferenceWork(provider.GetRequiredService<TrainableModel>(), Scorer, settings.Run,
                (sample, token) => sample.DecodeAsync(codec, Scorer.Parts, token)),
            "encode" => new EncodeWork(
                codec, provider.GetRequiredService<TrainableModel>().TextRules, settings.Model, settings.Run),
            _ => throw new InvalidDataException($"This worker does no work of the kind '{kind}'."),
        };
    }
}
