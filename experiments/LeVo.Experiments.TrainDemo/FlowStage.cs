using LeVo.Alignment.Data;
using LeVo.Codec.Training;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Trains the flow decoder: codes of the stems to latents of the mix, or of one stem where the other is silent.</summary>
internal static class FlowStage
{
    private const int BatchSize = 6;

    public static void Run(DemoFolders folders, TrainingOptions options, int songs, IProgress<TrainingReport> progress,
        CancellationToken cancellation)
    {
        IReadOnlyList<FlowSong> data = Load(folders, songs, cancellation);
        (float[] mean, float[] variance) = Moments(data);
        new FlowTrainer(DemoSizes.Flow, options).Train(folders.DualEncoder, folders.DualCodec, mean, variance,
            step => Batch(data, step), progress, cancellation);
    }

    /// <summary>A song's codes with the latents of its mix or of one stem.</summary>
    private sealed record FlowSong(float[] Latents, int[] Vocal, int[] Accompaniment)
    {
        public int Frames => Vocal.Length;
    }

    private static List<FlowSong> Load(DemoFolders folders, int songs, CancellationToken cancellation)
    {
        using var encoder = new LatentEncoder(folders.VaeConfig, folders.Vae);
        SilentCodes silent = SilentCodes.Count(ShardStage.ReadFirst(folders));
        var data = new List<FlowSong>();
        using TokenShards shards = ShardStage.OpenTraining(folders);
        for (int i = 0; i < Math.Min(songs, shards.Count); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            long seed = ShardStage.TrainingSeed + i;
            MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(seed, heldOut: false));
            SongTokens tokens = shards.Load(i).Tokens;
            int[] vocal = tokens.Row(SongPart.Vocal).ToArray(), accompaniment = tokens.Row(SongPart.Accompaniment).ToArray();
            data.Add(new(encoder.Encode(song.Mix()), vocal, accompaniment));
            // Half of the data are stems alone: they show what the codes of one stem sound like.
            if (seed % 2 == 0)
                data.Add(new(encoder.Encode(song.Vocal), vocal, Same(silent.Accompaniment, song.Frames)));
            else
                data.Add(new(encoder.Encode(song.Accompaniment), Same(silent.Vocal, song.Frames), accompaniment));
        }
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} latents of {data.Count} songs");
        return data;
    }

    private static int[] Same(int code, int frames) => [.. Enumerable.Repeat(code, frames)];

    private static (float[] Mean, float[] Variance) Moments(IReadOnlyList<FlowSong> data)
    {
        int width = DemoSizes.LatentWidth;
        double[] sum = new double[width], squares = new double[width];
        long frames = 0;
        foreach (FlowSong song in data)
        {
            frames += song.Frames;
            for (int i = 0; i < song.Latents.Length; i++)
            {
                sum[i / song.Frames] += song.Latents[i];
                squares[i / song.Frames] += (double)song.Latents[i] * song.Latents[i];
            }
        }
        double[] mean = [.. sum.Select(s => s / frames)];
        return ([.. mean.Select(m => (float)m)], [.. squares.Select((s, z) => (float)(s / frames - mean[z] * mean[z]))]);
    }

    private static List<FlowExample> Batch(IReadOnlyList<FlowSong> data, int step)
    {
        var random = new Random(step * 7919 + 3);
        return [.. Enumerable.Range(0, BatchSize).Select(_ => Window(data[random.Next(data.Count)], random))];
    }

    /// <summary>A window of a song, which is repeated periodically where it is too short, as decoding does it.</summary>
    private static FlowExample Window(FlowSong song, Random random)
    {
        int frames = DemoSizes.WindowFrames;
        // The miniature world's sounds repeat every two frames: an even start keeps their phase where decoding has it.
        int start = random.Next(Math.Max(1, (song.Frames - frames) / 2 + 1)) * 2;
        int[] at = [.. Enumerable.Range(start, frames).Select(t => t % song.Frames)];
        var latents = new float[DemoSizes.LatentWidth * frames];
        for (int z = 0; z < DemoSizes.LatentWidth; z++)
            for (int t = 0; t < frames; t++)
                latents[z * frames + t] = song.Latents[z * song.Frames + at[t]];
        return new(latents, [.. at.Select(t => song.Vocal[t])], [.. at.Select(t => song.Accompaniment[t])]);
    }
}
