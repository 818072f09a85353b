using System.Text.Json;
using LeVo.Alignment.Data;
using LeVo.Codec.Training;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>One song as a line of a shard.</summary>
internal sealed record ShardSong(
    long Seed, string Lyrics, string Description, int[] Mixed, int[] Vocal, int[] Accompaniment, int[] Onsets)
{
    public TrainingSong ToTrainingSong() =>
        new(SongTokens.FromRows(Mixed, Vocal, Accompaniment), Lyrics, Description)
        {
            MarkedFrames = Onsets,
            LyricsTokens = LyricsAlignment.TokenOfFrame(Lyrics, MiniStyle.Parse(Description, 0).FramesPerSlot),
        };
}

/// <summary>Renders songs and turns them into codes: JSON Lines files of 250 songs, each written whole.</summary>
internal static class ShardStage
{
    public const long TrainingSeed = 10_000_000, HeldOutSeed = 20_000_000;
    private const int SongsPerShard = 250, HeldOutSongs = 48;

    public static void Run(DemoFolders folders, int songs, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folders.Shards);
        using var encoder = new SongEncoder(folders.MixedEncoder, folders.DualEncoder, DemoSizes.Encoder, DemoSizes.Taps);
        Write(Path.Combine(folders.Shards, "held-out.jsonl"), encoder, HeldOutSeed, HeldOutSongs, heldOut: true, cancellation);
        for (int shard = 0; shard * SongsPerShard < songs; shard++)
            Write(Path.Combine(folders.Shards, $"train-{shard:000}.jsonl"), encoder,
                TrainingSeed + shard * SongsPerShard, SongsPerShard, heldOut: false, cancellation);
    }

    /// <summary>All songs of the shards that are there.</summary>
    public static IReadOnlyList<ShardSong> Read(DemoFolders folders, string pattern) =>
    [
        .. Directory.GetFiles(folders.Shards, pattern).Order(StringComparer.Ordinal).SelectMany(File.ReadLines)
            .Select(line => JsonSerializer.Deserialize<ShardSong>(line)!),
    ];

    private static void Write(string path, SongEncoder encoder, long firstSeed, int count, bool heldOut, CancellationToken cancellation)
    {
        if (File.Exists(path))
            return;
        var lines = new List<string>(count);
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(firstSeed + i, heldOut));
            SongTokens tokens = encoder.Encode(song.Vocal, song.Accompaniment);
            lines.Add(JsonSerializer.Serialize(new ShardSong(firstSeed + i, song.Spec.Lyrics, song.Spec.Description,
                tokens.Row(SongPart.Mixed).ToArray(), tokens.Row(SongPart.Vocal).ToArray(), tokens.Row(SongPart.Accompaniment).ToArray(), Onsets(song))));
        }
        File.WriteAllLines(path + ".tmp", lines);
        File.Move(path + ".tmp", path);
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {path}");
    }

    /// <summary>Frames where a phone begins: there the model has to know the lyrics.</summary>
    private static int[] Onsets(MiniSong song) =>
        [.. Enumerable.Range(1, song.Frames - 1).Where(t => song.Phone[t] != song.Phone[t - 1])];
}
