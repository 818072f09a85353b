namespace LeVo.Experiments.MiniWorld;

/// <summary>Renders miniature songs: the same spec gives the same samples. Thread-safe.</summary>
public static class MiniRenderer
{
    /// <summary>Renders the stems and the labels of a song.</summary>
    /// <exception cref="ArgumentException">The lyrics contain nothing to render.</exception>
    public static MiniSong Render(MiniSongSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        MiniScore score = MiniScore.Compose(spec);
        if (score.Slots.Count == 0)
            throw new ArgumentException("The lyrics hold neither words nor instrumental sections.", nameof(spec));
        float[] voice = MiniSinger.Sing(score);
        return new MiniSong(spec, score, [voice, (float[])voice.Clone()], MiniBand.Play(score));
    }
}
