using System.Text.Json;
using LeVo.Cluster.Work;
using LeVo.Core.Generation;
using LeVo.Core.Text;

namespace LeVo.Samples.Queue;

/// <summary>A song to make.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Lyrics">Its words.</param>
internal sealed record Order(string Name, string Lyrics)
{
    public WorkItem ToItem() => new(Composer.KindName, JsonSerializer.Serialize(this));
}

/// <summary>
/// Makes the songs of the queue. When the host stops in the middle of a song, its progress stays in a file, from which
/// the same order resumes. An order that can't be made doesn't stop the others.
/// </summary>
internal sealed class Composer(ISongGenerator generator) : IWork
{
    public const string KindName = "song";

    public string Kind => KindName;

    public void Check(WorkItem item) => Lyrics.Parse(Order(item).Lyrics);

    /// <summary>Every order is made: the queue forgets its orders when the process ends.</summary>
    public bool IsDone(WorkItem item) => false;

    public async Task DoAsync(WorkItem item, int attempt, CancellationToken cancellationToken)
    {
        Order order = Order(item);
        string progress = order.Name + ".unfinished";
        Song song = await generator.GenerateAsync(
            new() { Lyrics = Lyrics.Parse(order.Lyrics), Seed = 7, ProgressPath = progress }, null, cancellationToken);
        await song.SaveAsync(order.Name + ".flac", cancellationToken);
        File.Delete(progress);
        if (Directory.Exists(progress + ".sound"))
            Directory.Delete(progress + ".sound", recursive: true);
    }

    private static Order Order(WorkItem item) =>
        JsonSerializer.Deserialize<Order>(item.Payload) ?? throw new InvalidDataException("There is no order.");
}
