using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Excerpts of songs at frame boundaries.</summary>
internal static class Excerpts
{
    /// <summary>A random first frame such that the excerpt lies within the song.</summary>
    public static int Start(MiniSong song, int frames, Random random) => random.Next(Math.Max(1, song.Frames - frames + 1));

    /// <summary>Stereo samples of some frames.</summary>
    public static float[][] Cut(float[][] stereo, int startFrame, int frames) =>
        [.. stereo.Select(channel => channel.AsSpan(startFrame * MiniSong.SamplesPerFrame, frames * MiniSong.SamplesPerFrame).ToArray())];

    /// <summary>Labels of some frames; frames outside <paramref name="counted"/> get -100.</summary>
    public static int[] Labels(int[] labels, int start, int frames, int[]? counted = null)
    {
        int[] cut = labels.AsSpan(start, frames).ToArray();
        if (counted is not null)
            for (int i = 0; i < frames; i++)
                if (counted[start + i] == 0)
                    cut[i] = -100;
        return cut;
    }
}
