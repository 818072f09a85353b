using System.Globalization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>
/// Writes songs as token shards: safetensors files of many songs each, with lyrics and descriptions. Shards are
/// written atomically; <see cref="Complete"/> writes the last one. Not thread-safe.
/// </summary>
public sealed class TokenShardWriter
{
    private readonly string folder, name;
    private readonly int songsPerShard;
    private readonly List<TrainingSong> waiting = [];

    /// <param name="folder">The output folder.</param>
    /// <param name="name">The prefix of the file names.</param>
    /// <param name="songsPerShard">Maximum number of songs per file.</param>
    public TokenShardWriter(string folder, string name = "shard", int songsPerShard = 1000)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(songsPerShard, 1);
        (this.folder, this.name, this.songsPerShard) = (folder, name, songsPerShard);
    }

    /// <summary>Number of shards written so far.</summary>
    public int Shards { get; private set; }

    /// <summary>Adds a song; writes a shard when it is full.</summary>
    /// <param name="song">The song.</param>
    /// <exception cref="ArgumentException">The song has no frames, or another frame rate than earlier
    /// songs.</exception>
    public void Add(TrainingSong song)
    {
        ArgumentNullException.ThrowIfNull(song);
        if (song.Tokens.Frames == 0)
            throw new ArgumentException("The song has no frames.", nameof(song));
        if (waiting.Count > 0 && waiting[0].Tokens.FrameRate != song.Tokens.FrameRate)
            throw new ArgumentException("The songs of a shard must have the same frame rate.", nameof(song));
        waiting.Add(song);
        if (waiting.Count == songsPerShard)
            Complete();
    }

    /// <summary>Writes the songs of the last, unfinished shard.</summary>
    public void Complete()
    {
        if (waiting.Count == 0)
            return;
        var metadata = new Dictionary<string, string>
        {
            [ShardFormat.Count] = waiting.Count.ToString(CultureInfo.InvariantCulture),
            [ShardFormat.FrameRate] = waiting[0].Tokens.FrameRate.ToString(CultureInfo.InvariantCulture),
        };
        var tensors = new List<TensorToWrite>();
        for (int i = 0; i < waiting.Count; i++)
        {
            TrainingSong song = waiting[i];
            tensors.Add(SongTokensFile.ToTensor(ShardFormat.Tokens(i), song.Tokens));
            if (song.Prompt is not null)
                tensors.Add(SongTokensFile.ToTensor(ShardFormat.Prompt(i), song.Prompt));
            if (song.MarkedFrames.Count > 0)
                tensors.Add(ToTensor(ShardFormat.Marked(i), song.MarkedFrames));
            if (song.LyricsTokens.Count > 0)
                tensors.Add(ToTensor(ShardFormat.LyricsTokens(i), song.LyricsTokens));
            if (song.Lyrics is not null)
                metadata[ShardFormat.Lyrics(i)] = song.Lyrics;
            if (song.Description is not null)
                metadata[ShardFormat.Description(i)] = song.Description;
            if (song.Musicality is { } tier)
                metadata[ShardFormat.Musicality(i)] = tier.ToString();
        }
        string file = $"{name}-{Shards.ToString("00000", CultureInfo.InvariantCulture)}{ShardFormat.Extension}";
        SafetensorsWriter.Write(Path.Combine(folder, file), tensors, metadata);
        Shards++;
        waiting.Clear();
    }

    private static TensorToWrite ToTensor(string name, IReadOnlyList<int> values) =>
        TensorToWrite.Int32(name, [.. values], values.Count);
}
