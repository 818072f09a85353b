using LeVo.Codec.Training;
using LeVo.Core.Training;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Trains the demo's autoencoder on mixes and stems.</summary>
internal static class VaeStage
{
    private const int BatchSize = 4, Frames = 24;

    public static void Run(DemoFolders folders, TrainingOptions options, IProgress<TrainingReport> progress, CancellationToken cancellation)
    {
        DemoSizes.WriteVaeConfig(folders.VaeConfig);
        var pool = new SongPool(16, 1, firstSeed: 1_000_000);
        new VaeTrainer(folders.VaeConfig, options) { DictionaryBatches = 64 }.Train(folders.Vae, step => Batch(pool, step), progress, cancellation);
    }

    private static IReadOnlyList<float[][]> Batch(SongPool pool, int step)
    {
        var random = new Random(step * 7919 + 1);
        IReadOnlyList<MiniSong> songs = pool.At(step);
        return [.. Enumerable.Range(0, BatchSize).Select(_ =>
        {
            MiniSong song = songs[random.Next(songs.Count)];
            float[][] source = random.Next(5) switch { 0 => song.Vocal, 1 => song.Accompaniment, _ => song.Mix() };
            return Excerpts.Cut(source, Excerpts.Start(song, Frames, random), Frames);
        })];
    }
}
