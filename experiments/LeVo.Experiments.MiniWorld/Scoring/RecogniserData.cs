using LeVo.Core.Audio;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>Spectra and labels of songs, to draw crops from.</summary>
internal sealed class RecogniserSet : IDisposable
{
    private const int CropFrames = 192;

    private readonly List<(Tensor Power, long[][] FrameLabels, long[] SongLabels)> songs = [];

    /// <summary>Adds a sound that may have lost its first frames and samples: labels are cut alike.</summary>
    public void Add(Waveform sound, int[][] frameLabels, int[] songLabels) => songs.Add(
        (SpectralFrames.Of(sound).DetachFromDisposeScope(), [.. frameLabels.Select(Widen)], Widen(songLabels)));

    /// <summary>Powers <c>[batch, features, frames]</c>; labels of frames <c>[batch, frames]</c>, of songs
    /// <c>[batch]</c>.</summary>
    public (Tensor Power, Tensor[] Labels) Draw(int batch, ref MiniRandom random)
    {
        var crops = new List<Tensor>(batch);
        int perFrame = songs[0].FrameLabels.Length, perSong = songs[0].SongLabels.Length;
        var frames = new long[perFrame][];
        for (int h = 0; h < perFrame; h++)
            frames[h] = new long[batch * CropFrames];
        var whole = new long[perSong][];
        for (int h = 0; h < perSong; h++)
            whole[h] = new long[batch];
        for (int b = 0; b < batch; b++)
        {
            (Tensor power, long[][] frameLabels, long[] songLabels) = songs[random.Below(songs.Count)];
            int start = random.Below((int)power.shape[1] - CropFrames + 1);
            crops.Add(power.narrow(1, start, CropFrames));
            for (int h = 0; h < perFrame; h++)
                Array.Copy(frameLabels[h], start, frames[h], b * CropFrames, CropFrames);
            for (int h = 0; h < perSong; h++)
                whole[h][b] = songLabels[h];
        }
        return (stack(crops),
            [.. frames.Select(labels => tensor(labels, batch, CropFrames)), .. whole.Select(labels => tensor(labels))]);
    }

    public void Dispose() => songs.ForEach(song => song.Power.Dispose());

    private static long[] Widen(int[] labels) => [.. labels.Select(label => (long)label)];
}

/// <summary>Training data of the two recognisers.</summary>
internal sealed class RecogniserData : IDisposable
{
    public RecogniserSet Voices { get; } = new();

    public RecogniserSet Bands { get; } = new();

    public static RecogniserData Render(
        RecogniserTrainingOptions options, IProgress<RecogniserProgress>? progress, CancellationToken cancellation)
    {
        var data = new RecogniserData();
        var random = new MiniRandom(options.Seed + 77);
        for (int s = 0; s < options.Songs; s++)
        {
            cancellation.ThrowIfCancellationRequested();
            data.Add(MiniRenderer.Render(MiniSongFactory.Create(s, heldOut: false)), ref random);
            if (s % 20 == 0)
                progress?.Report(new("songs", s + 1, options.Songs, 0, 0));
        }
        return data;
    }

    // Clean stems, stems with a trace of the other one (as separators and codecs leave it), and mixes.
    private void Add(MiniSong song, ref MiniRandom random)
    {
        MiniStyle style = song.Style;
        float band = random.Chance(0.5) ? 0 : random.Chance(0.6) ? 0.2f * (float)random.Unit() : 1;
        float voice = random.Chance(0.4) ? 0 : random.Chance(0.5) ? 0.2f * (float)random.Unit() : 1;
        Voices.Add(Blend(song, 1, band, random.Below(960)), [song.Phone, song.Pitch], [style.Singer, style.Tempo]);
        Bands.Add(Blend(song, voice, 1, random.Below(960)), [[.. song.Chord.Select(c => c - 1)]],
            [style.Genre, style.Instrument]);
    }

    /// <summary>A weighted sum of the stems (mono), up to 10 ms late or early: codecs do not keep
    /// samples aligned.</summary>
    private static Waveform Blend(MiniSong song, float voice, float band, int shift)
    {
        float[] left = song.Accompaniment[0], right = song.Accompaniment[1];
        var mono = new float[left.Length];
        for (int i = 0; i < mono.Length; i++)
        {
            int at = i + shift - 480;
            if (at >= 0 && at < mono.Length)
                mono[i] = voice * song.Vocal[0][at] + band * 0.5f * (left[at] + right[at]);
        }
        return new Waveform([mono], MiniSong.SampleRate);
    }

    public void Dispose()
    {
        Voices.Dispose();
        Bands.Dispose();
    }
}
