using System.Globalization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>
/// A folder of token shards. Opening reads the headers; a song's tokens are read when it is loaded, so that a data
/// set may be much larger than memory. Not thread-safe.
/// </summary>
public sealed class TokenShards : ITrainingSongs, IDisposable
{
    private const int MostOpenFiles = 32;
    private readonly List<(string Path, int Index, int Frames)> songs = [];
    private readonly Dictionary<string, Checkpoint> open = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    /// <summary>Opens all shards of a folder, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">The search pattern of the file names.</param>
    /// <exception cref="InvalidDataException">A shard is invalid; the message contains the file and the song's index
    /// in it.</exception>
    /// <exception cref="IOException">The folder is missing or can't be read.</exception>
    public TokenShards(string folder, string pattern = "*" + ShardFormat.Extension)
    {
        foreach (string path in Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal))
        {
            using Checkpoint file = Checkpoint.Open(path);
            int count = Number(file, ShardFormat.Count);
            Number(file, ShardFormat.FrameRate);
            for (int i = 0; i < count; i++)
                songs.Add((path, i, FramesIn(file, i)));
        }
    }

    /// <inheritdoc/>
    public int Count => songs.Count;

    /// <inheritdoc/>
    public int GetFrameCount(int index) => songs[index].Frames;

    /// <inheritdoc/>
    public TrainingSong Load(int index)
    {
        (string path, int local, _) = songs[index];
        try
        {
            Checkpoint file = Open(path);
            int rate = Number(file, ShardFormat.FrameRate);
            return new(SongTokensFile.Read(file, ShardFormat.Tokens(local), rate),
                file.Metadata.GetValueOrDefault(ShardFormat.Lyrics(local)),
                file.Metadata.GetValueOrDefault(ShardFormat.Description(local)))
            {
                Prompt = file.Tensors.ContainsKey(ShardFormat.Prompt(local))
                    ? SongTokensFile.Read(file, ShardFormat.Prompt(local), rate)
                    : null,
                Musicality = file.Metadata.TryGetValue(ShardFormat.Musicality(local), out string? tier)
                    ? MusicalityTiers.Parse(tier)
                    : null,
                MarkedFrames = Numbers(file, ShardFormat.Marked(local)),
                LyricsTokens = Numbers(file, ShardFormat.LyricsTokens(local)),
            };
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException)
        {
            throw new InvalidDataException($"'{path}', song {local}: {e.Message}", e);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (Checkpoint file in open.Values)
            file.Dispose();
        open.Clear();
    }

    private Checkpoint Open(string path)
    {
        if (open.TryGetValue(path, out Checkpoint? file))
            return file;
        if (open.Count == MostOpenFiles && open.Remove(order.Dequeue(), out Checkpoint? oldest))
            oldest.Dispose();
        order.Enqueue(path);
        return open[path] = Checkpoint.Open(path);
    }

    private static int Number(Checkpoint file, string key) =>
        file.Metadata.TryGetValue(key, out string? text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new InvalidDataException($"'{file.Path}' is not a token shard: its metadata has no '{key}'.");

    private static int FramesIn(Checkpoint file, int index) =>
        file.Tensors.TryGetValue(ShardFormat.Tokens(index), out StoredTensor? stored)
            && stored.Type == ElementType.Int32 && stored.Shape is [SongTokens.RowCount, > 0 and <= int.MaxValue]
            ? (int)stored.Shape[1]
            : throw new InvalidDataException(
                $"'{file.Path}', song {index}: there are no tokens of the shape [{SongTokens.RowCount}, frames].");

    private static int[] Numbers(Checkpoint file, string name)
    {
        if (!file.Tensors.TryGetValue(name, out StoredTensor? stored))
            return [];
        if (stored.Type != ElementType.Int32)
            throw new InvalidDataException($"'{name}' contains {stored.Type}.");
        return file.Values<int>(name);
    }
}
