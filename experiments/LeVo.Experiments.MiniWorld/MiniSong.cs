namespace LeVo.Experiments.MiniWorld;

/// <summary>A rendered miniature song with its stems and its labels per frame.</summary>
public sealed class MiniSong
{
    /// <summary>Samples per second.</summary>
    public const int SampleRate = 48000;

    /// <summary>Samples per frame: 25 frames per second.</summary>
    public const int SamplesPerFrame = 1920;

    internal MiniSong(MiniSongSpec spec, MiniScore score, float[][] vocal, float[][] accompaniment)
    {
        Spec = spec;
        Style = score.Style;
        Vocal = vocal;
        Accompaniment = accompaniment;
        Frames = score.Frames;
        Phone = Spread(score, slot => slot.Phone);
        Pitch = Spread(score, slot => slot.Pitch);
        Chord = Spread(score, slot => slot.Chord);
        Beat = Spread(score, slot => slot.Beat);
        Drum = Spread(score, slot => slot.Drum);
        Section = Spread(score, slot => (int)slot.Section);
        Sung = [.. score.Slots.Where(slot => slot.Phone != 0).Select(slot => slot.Phone)];
    }

    /// <summary>The request of the song.</summary>
    public MiniSongSpec Spec { get; }

    /// <summary>Singer, genre, instrument and tempo.</summary>
    public MiniStyle Style { get; }

    /// <summary>The voice, <c>[2][samples]</c>, both channels equal.</summary>
    public float[][] Vocal { get; }

    /// <summary>The band, <c>[2][samples]</c>.</summary>
    public float[][] Accompaniment { get; }

    /// <summary>Length in frames; every channel has <c>Frames * 1920</c> samples.</summary>
    public int Frames { get; }

    /// <summary>The phone of each frame, 0 = silence.</summary>
    public int[] Phone { get; }

    /// <summary>The sung pitch of each frame: 1..5 from low to high, 0 = none or unvoiced.</summary>
    public int[] Pitch { get; }

    /// <summary>The chord of each frame: 1..6, see <see cref="MiniHarmony"/>.</summary>
    public int[] Chord { get; }

    /// <summary>Place in the bar in slots, 0..15.</summary>
    public int[] Beat { get; }

    /// <summary>The drum struck in the frame's slot: 0 none, 1 kick, 2 snare, 3 hat (a kick or snare hides a
    /// hat).</summary>
    public int[] Drum { get; }

    /// <summary>The section of each frame, a <see cref="MiniSection"/>.</summary>
    public int[] Section { get; }

    /// <summary>The sung phones without rests: the reference of the phone error rate.</summary>
    public int[] Sung { get; }

    /// <summary>The sum of the stems, <c>[2][samples]</c>, computed at every call.</summary>
    public float[][] Mix()
    {
        var mix = new float[2][];
        for (int c = 0; c < 2; c++)
        {
            float[] sum = mix[c] = new float[Vocal[c].Length];
            for (int i = 0; i < sum.Length; i++)
                sum[i] = Vocal[c][i] + Accompaniment[c][i];
        }
        return mix;
    }

    private static int[] Spread(MiniScore score, Func<MiniSlot, int> label)
    {
        int width = score.Style.FramesPerSlot;
        var frames = new int[score.Frames];
        for (int s = 0; s < score.Slots.Count; s++)
            Array.Fill(frames, label(score.Slots[s]), s * width, width);
        return frames;
    }
}
