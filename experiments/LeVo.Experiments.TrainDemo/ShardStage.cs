using LeVo.Alignment.Data;
using LeVo.Codec.Training;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Renders songs and encodes them: token shards of 250 songs each, and one of held-out songs.</summary>
internal static class ShardStage
{
    public const long TrainingSeed = 10_000_000, HeldOutSeed = 20_000_000;
    private const int SongsPerShard = 250, HeldOutSongs = 48;

    public static void Run(DemoFolders folders, int songs, CancellationToken cancellation)
    {
        using var encoder = new SongEncoder(folders.MixedEncoder, folders.DualEncoder, DemoSizes.Encoder, DemoSizes.Taps);
        Write(folders, "held-out", encoder, HeldOutSeed, HeldOutSongs, heldOut: true, cancellation);
        for (int shard = 0; shard * SongsPerShard < songs; shard++)
            Write(folders, $"train-{shard:000}", encoder, TrainingSeed + shard * SongsPerShard, SongsPerShard,
                heldOut: false, cancellation);
    }

    /// <summary>The training songs; the song with the index i has the seed <see cref="TrainingSeed"/> + i.</summary>
    public static TokenShards OpenTraining(DemoFolders folders) => new(folders.Shards, "train-*.safetensors");

    /// <summary>The songs of the first training shard.</summary>
    public static IReadOnlyList<TrainingSong> ReadFirst(DemoFolders folders) => Read(folders, "train-000-*.safetensors");

    /// <summary>The held-out songs.</summary>
    public static IReadOnlyList<TrainingSong> ReadHeldOut(DemoFolders folders) => Read(folders, "held-out-*.safetensors");

    /// <summary>Writes one shard, unless it is there.</summary>
    public static void Write(DemoFolders folders, string name, SongEncoder encoder, long firstSeed, int count, bool heldOut,
        CancellationToken cancellation)
    {
        Directory.CreateDirectory(folders.Shards);
        if (Directory.EnumerateFiles(folders.Shards, name + "-*.safetensors").Any())
            return;
        var writer = new TokenShardWriter(folders.Shards, name, songsPerShard: count);
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(firstSeed + i, heldOut));
            (string lyrics, string description) = (song.Spec.Lyrics, song.Spec.Description);
            writer.Add(new(encoder.Encode(song.Vocal, song.Accompaniment), lyrics, description)
            {
                MarkedFrames = Onsets(song),
                LyricsTokens = LyricsAlignment.TokenOfFrame(lyrics, MiniStyle.Parse(description, 0).FramesPerSlot),
            });
        }
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {folders.Shards}: {name}");
    }

    private static TrainingSong[] Read(DemoFolders folders, string pattern)
    {
        using var shards = new TokenShards(folders.Shards, pattern);
        return [.. Enumerable.Range(0, shards.Count).Select(shards.Load)];
    }

    /// <summary>Frames where a phone begins: only the lyrics tell which one.</summary>
    private static int[] Onsets(MiniSong song) =>
        [.. Enumerable.Range(1, song.Frames - 1).Where(t => song.Phone[t] != song.Phone[t - 1])];
}
