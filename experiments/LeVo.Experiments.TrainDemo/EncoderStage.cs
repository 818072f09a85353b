using LeVo.Codec.Training;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Trains the demo's MusicFM and quantisers on the labels of each frame.</summary>
internal static class EncoderStage
{
    private const int BatchSize = 4, Frames = 120;

    private static readonly StreamTask[] Tasks =
    [
        new(SongPart.Mixed, DemoSizes.Taps.Mixed,
        [
            new("phone", Phones.Count, 1.5), new("pitch", 6, 0.3), new("singer", 2, 0.2), new("chord", 7, 0.3), new("drum", 4, 0.1),
        ]),
        new(SongPart.Vocal, DemoSizes.Taps.Vocal,
        [
            new("phone", Phones.Count, 1), new("pitch", 6, 0.7), new("singer", 2, 0.5),
        ]),
        new(SongPart.Accompaniment, DemoSizes.Taps.Accompaniment,
        [
            new("chord", 7, 0.7), new("drum", 4, 0.7), new("instrument", 4, 0.5), new("genre", 4, 0.3), new("beat", 16, 0.2),
        ]),
    ];

    public static void Run(DemoFolders folders, TrainingOptions options, IProgress<TrainingReport> progress, CancellationToken cancellation)
    {
        var pool = new SongPool(40, 1, firstSeed: 2_000_000);
        new EncoderTrainer(DemoSizes.Encoder, Tasks, options)
            .Train(folders.MixedEncoder, folders.DualEncoder,
                (step, stream) => Batch(pool, step, stream), progress, cancellation);
    }

    private static IReadOnlyList<EncoderExample> Batch(SongPool pool, int step, SongPart stream)
    {
        var random = new Random(step * 7919 + (int)stream);
        IReadOnlyList<MiniSong> songs = pool.At(step);
        return [.. Enumerable.Range(0, BatchSize).Select(_ =>
        {
            MiniSong song = songs[random.Next(songs.Count)];
            return Example(song, stream, Excerpts.Start(song, Frames, random));
        })];
    }

    private static EncoderExample Example(MiniSong song, SongPart stream, int start)
    {
        float[][] source = stream switch
        {
            SongPart.Mixed => song.Mix(),
            SongPart.Vocal => song.Vocal,
            _ => song.Accompaniment,
        };
        float[] mono = SongEncoder.ToMono24kHz(Excerpts.Cut(source, start, Frames));
        int[] Same(int value) => [.. Enumerable.Repeat(value, song.Frames)];
        int[] phone = Excerpts.Labels(song.Phone, start, Frames), pitch = Excerpts.Labels(song.Pitch, start, Frames);
        int[] singer = Excerpts.Labels(Same(song.Style.Singer), start, Frames, song.Phone);
        int[] chord = Excerpts.Labels(song.Chord, start, Frames), drum = Excerpts.Labels(song.Drum, start, Frames);
        return new(mono, stream switch
        {
            SongPart.Mixed => [phone, pitch, singer, chord, drum],
            SongPart.Vocal => [phone, pitch, singer],
            _ =>
            [
                chord, drum, Excerpts.Labels(Same(song.Style.Instrument), start, Frames),
                Excerpts.Labels(Same(song.Style.Genre), start, Frames), Excerpts.Labels(song.Beat, start, Frames),
            ],
        });
    }
}
