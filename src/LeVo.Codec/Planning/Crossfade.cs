namespace LeVo.Codec.Planning;

/// <summary>
/// Joins windows of sound: where two overlap, the old one fades into the new one linearly. Holds back what a later window
/// may still change.
/// </summary>
/// <param name="channels">Channels of the sound.</param>
/// <param name="overlap">Samples that neighbouring windows share.</param>
internal sealed class Crossfade(int channels, int overlap)
{
    private bool started;

    /// <summary>Adds a window; returns the samples that are final now, <c>[channels][samples]</c>.</summary>
    /// <param name="window">Samples <c>[channels][samples]</c>, at least the overlap; overwritten.</param>
    /// <param name="isLast">No window follows: everything is final.</param>
    public float[][] Add(float[][] window, bool isLast)
    {
        var finished = new float[channels][];
        for (int c = 0; c < channels; c++)
        {
            if (started)
                Blend(Held[c], window[c]);
            int final = isLast ? window[c].Length : window[c].Length - overlap;
            finished[c] = window[c][..final];
            Held[c] = window[c][final..];
        }
        started = true;
        return finished;
    }

    /// <summary>What the last window left for the next one to fade into, <c>[channels][overlap]</c>.</summary>
    public float[][] Held { get; private set; } = new float[channels][];

    /// <summary>Continues after a window that was joined earlier.</summary>
    /// <param name="held">What it left.</param>
    public void Resume(float[][] held) => (Held, started) = (held, true);

    /// <summary>Share of the new window at a sample of the overlap: 0 at the first, 1 at the last.</summary>
    public static double Ramp(int sample, int overlap) => overlap == 1 ? 0 : (double)sample / (overlap - 1);

    private static void Blend(float[] old, float[] fresh)
    {
        for (int i = 0; i < old.Length; i++)
        {
            double r = Ramp(i, old.Length);
            fresh[i] = (float)(old[i] * (1 - r) + fresh[i] * r);
        }
    }
}
