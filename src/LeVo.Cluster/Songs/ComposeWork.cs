using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Cluster.Work;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;

namespace LeVo.Cluster.Songs;

/// <summary>A song to compose.</summary>
public sealed record ComposeOrder
{
    /// <summary>The lyrics.</summary>
    public required string Lyrics { get; init; }

    /// <summary>The style, or null.</summary>
    public string? Description { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The maximum playing time in seconds; null for the model's.</summary>
    public double? Seconds { get; init; }

    /// <summary>The sampling options; null for the model's.</summary>
    public GenerationOptions? Options { get; init; }

    /// <summary>The hash of the model; <see cref="ComposeWork.CreateItems"/> sets it.</summary>
    [JsonInclude]
    internal string Model { get; init; } = "";
}

/// <summary>
/// Composes songs: one item is one song, a FLAC file with its JSON file. A song whose worker was stopped goes on from its saved
/// tokens.
/// </summary>
public sealed class ComposeWork : IWork
{
    private const string KindName = "compose", Sound = "song.flac", Record = "song.json";

    private readonly ISongGenerator generator;
    private readonly WorkFolder folder;
    private readonly string model;

    /// <param name="generator">The generator of the model.</param>
    /// <param name="modelPath">The model's folder.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <exception cref="ModelLoadException">The folder is not a model.</exception>
    public ComposeWork(ISongGenerator generator, string modelPath, WorkFolder folder)
    {
        (this.generator, this.folder) = (generator, folder);
        model = SongPayload.HashOf(modelPath);
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <summary>Creates items.</summary>
    /// <param name="modelPath">The model's folder.</param>
    /// <param name="orders">The songs.</param>
    /// <exception cref="ModelLoadException">The folder is not a model.</exception>
    public static IReadOnlyList<WorkItem> CreateItems(string modelPath, IEnumerable<ComposeOrder> orders)
    {
        string model = SongPayload.HashOf(modelPath);
        return [.. orders.Select(order => new WorkItem(KindName,
            JsonSerializer.Serialize(order with { Model = model }, SongPayload.Default.ComposeOrder)))];
    }

    /// <inheritdoc/>
    public void Check(WorkItem item)
    {
        ComposeOrder order = Read(item);
        SongPayload.CheckModel(order.Model, model);
        string[] problems = [.. generator.Check(Request(order))
            .Where(finding => finding.Severity == FindingSeverity.Error).Select(finding => finding.Message)];
        if (problems.Length > 0)
            throw new InvalidDataException(string.Join(' ', problems));
    }

    /// <inheritdoc/>
    public bool IsDone(WorkItem item) => folder.HasPart(item);

    /// <inheritdoc/>
    public async Task DoAsync(WorkItem item, int attempt, CancellationToken cancellationToken)
    {
        string progress = folder.UnfinishedOf(item, attempt, CopyProgress);
        Song song = await generator.GenerateAsync(Request(Read(item)) with { ProgressPath = progress }, null, cancellationToken)
            .ConfigureAwait(false);
        await folder.WritePartAsync(item, part => song.SaveAsync(Path.Combine(part, Sound), cancellationToken)).ConfigureAwait(false);
        folder.DeleteUnfinished(item);
    }

    /// <summary>Copies the finished songs to a folder, named by their place among the items: <c>00000.flac</c>.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="output">The folder to copy to.</param>
    /// <param name="cancellationToken">Stops between two songs.</param>
    /// <returns>The number of songs.</returns>
    public static int Join(WorkFolder folder, string output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Directory.CreateDirectory(output);
        int count = 0;
        foreach ((int index, WorkItem item) in folder.Read().Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (item.Kind != KindName || !folder.HasPart(item))
                continue;
            foreach (string file in (string[])[Sound, Record])
            {
                string name = index.ToString("00000", CultureInfo.InvariantCulture) + Path.GetExtension(file);
                File.Copy(Path.Combine(folder.PartOf(item), file), Path.Combine(output, name), overwrite: true);
            }
            count++;
        }
        return count;
    }

    private static ComposeOrder Read(WorkItem item) => SongPayload.Read(item, KindName, SongPayload.Default.ComposeOrder);

    private static SongRequest Request(ComposeOrder order) => new()
    {
        Lyrics = Lyrics.Parse(order.Lyrics),
        Description = order.Description,
        Seed = order.Seed,
        Duration = order.Seconds is { } seconds ? Playing(seconds) : null,
        Options = order.Options,
    };

    private static TimeSpan Playing(double seconds) => seconds is > 0 and < 86_400
        ? TimeSpan.FromSeconds(seconds)
        : throw new InvalidDataException($"A song can't be {seconds} seconds long.");

    /// <summary>Copies saved tokens and decoded windows of an attempt that ended before.</summary>
    private static void CopyProgress(string from, string to)
    {
        (string source, string target) = (SongProgressFile.WindowFolder(from), SongProgressFile.WindowFolder(to));
        if (Directory.Exists(source))
        {
            Directory.CreateDirectory(target);
            foreach (string file in Directory.GetFiles(source))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
        File.Copy(from, to, overwrite: true);
    }
}
