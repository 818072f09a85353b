using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Alignment.Data;
using LeVo.Cluster.Work;
using LeVo.Core.Generation;
using LeVo.Core.IO;
using LeVo.Core.Model;
using LeVo.Core.Text;

namespace LeVo.Cluster.Songs;

/// <summary>Songs to encode into one shard.</summary>
internal sealed record EncodeOrder
{
    /// <summary>The folder of the songs, as all workers see it.</summary>
    public required string Folder { get; init; }

    /// <summary>Names of the songs.</summary>
    public required string[] Names { get; init; }

    /// <summary>The hash of the model.</summary>
    [JsonInclude]
    internal string Model { get; init; } = "";
}

/// <summary>
/// Encodes recordings to token shards: one item is the songs of one shard. A song that can't be read is left out and named in the
/// item's file of problems.
/// </summary>
public sealed class EncodeWork : IWork
{
    private const string KindName = "encode", Problems = "problems.txt", Shard = "shard";

    private readonly IMusicCodec codec;
    private readonly TextRules rules;
    private readonly WorkFolder folder;
    private readonly string model;

    /// <param name="codec">The model's codec, with its encoders.</param>
    /// <param name="rules">The model's text rules.</param>
    /// <param name="modelPath">The model's folder.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <exception cref="ModelLoadException">The folder is not a model.</exception>
    public EncodeWork(IMusicCodec codec, TextRules rules, string modelPath, WorkFolder folder)
    {
        (this.codec, this.rules, this.folder) = (codec, rules, folder);
        model = SongPayload.HashOf(modelPath);
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <summary>Creates items for the songs of a folder (<see cref="SongFolder"/>).</summary>
    /// <param name="modelPath">The model's folder.</param>
    /// <param name="songs">The folder of the songs, which all workers see under this path.</param>
    /// <param name="songsPerShard">Number of songs in a shard, and in an item.</param>
    /// <exception cref="InvalidDataException">Stems are missing; the message lists them all.</exception>
    /// <exception cref="ModelLoadException">The folder is not a model.</exception>
    public static IReadOnlyList<WorkItem> CreateItems(string modelPath, string songs, int songsPerShard)
    {
        string model = SongPayload.HashOf(modelPath), full = Path.GetFullPath(songs);
        return [.. SongFolder.GetNames(full).Chunk(songsPerShard).Select(names => new WorkItem(KindName, JsonSerializer.Serialize(
            new EncodeOrder { Folder = full, Names = names, Model = model }, SongPayload.Default.EncodeOrder)))];
    }

    /// <inheritdoc/>
    public void Check(WorkItem item)
    {
        EncodeOrder order = Read(item);
        SongPayload.CheckModel(order.Model, model);
        if (!Directory.Exists(order.Folder))
            throw new InvalidDataException($"This worker has no folder '{order.Folder}'.");
        // The names become paths.
        if (Array.Find(order.Names, name => name != Path.GetFileName(name)) is { } wrong)
            throw new InvalidDataException($"'{wrong}' is not the name of a song.");
    }

    /// <inheritdoc/>
    public bool IsDone(WorkItem item) => folder.HasPart(item);

    /// <inheritdoc/>
    public async Task DoAsync(WorkItem item, int attempt, CancellationToken cancellationToken)
    {
        EncodeOrder order = Read(item);
        var songs = new List<TrainingSong>();
        var problems = new List<string>();
        foreach (string name in order.Names)
        {
            try
            {
                songs.Add(await SongFolder.EncodeAsync(order.Folder, name, codec, rules, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException)
            {
                problems.Add(e.Message.ReplaceLineEndings(" "));
            }
        }
        await folder.WritePartAsync(item, part =>
        {
            var writer = new TokenShardWriter(part, Shard, Math.Max(1, songs.Count));
            foreach (TrainingSong song in songs)
                writer.Add(song);
            writer.Complete();
            if (problems.Count > 0)
                AtomicFile.Write(Path.Combine(part, Problems), file => file.Write(Encoding.UTF8.GetBytes(string.Join("\n", problems) + "\n")));
            return Task.CompletedTask;
        }).ConfigureAwait(false);
    }

    /// <summary>Copies the shards of all finished items to a folder, named in the order of the items.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="output">The folder of the shards.</param>
    /// <param name="problems">Receives what was left out.</param>
    /// <param name="cancellationToken">Stops between two shards.</param>
    /// <returns>The number of shards.</returns>
    public static int Join(
        WorkFolder folder, string output, ICollection<string> problems, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(problems);
        Directory.CreateDirectory(output);
        int count = 0;
        foreach ((int index, WorkItem item) in folder.Read().Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            string part = folder.PartOf(item), told = Path.Combine(part, Problems);
            if (item.Kind != KindName || !folder.HasPart(item))
                continue;
            if (File.Exists(told))
            {
                foreach (string problem in File.ReadLines(told))
                    problems.Add(problem);
            }
            foreach (string shard in Directory.EnumerateFiles(part, Shard + "-*" + ShardFormat.Extension))
            {
                string name = $"{Shard}-{index.ToString("00000", CultureInfo.InvariantCulture)}{ShardFormat.Extension}";
                File.Copy(shard, Path.Combine(output, name), overwrite: true);
                count++;
            }
        }
        return count;
    }

    private static EncodeOrder Read(WorkItem item) => SongPayload.Read(item, KindName, SongPayload.Default.EncodeOrder);
}
