namespace LeVo.Experiments.MiniWorld;

/// <summary>Pitches and chords of the miniature world.</summary>
/// <remarks>
/// All frequencies are multiples of 12.5 Hz (the overtone scale do re mi sol sib on 200 Hz), so that every steady sound
/// repeats after two frames: a code of one frame needs no phase. Chords are numbered 1..6: C, Gm, Em, G, Bb, D7.
/// </remarks>
public static class MiniHarmony
{
    /// <summary>The grid of all frequencies, Hz.</summary>
    public const double Grid = 12.5;

    /// <summary>Number of pitches a singer has.</summary>
    public const int Pitches = 5;

    /// <summary>Number of chords.</summary>
    public const int Chords = 6;

    private static readonly int[] Scale = [8, 9, 10, 12, 14];
    private static readonly int[][] Voicings =
        [[16, 20, 24], [18, 24, 28], [20, 24, 30], [15, 18, 24], [21, 28, 35], [18, 27, 32]];
    private static readonly int[][] Sung = [[1, 3, 4], [2, 4, 5], [3, 4], [2, 4], [2, 5], [1, 2]];
    private static readonly int[][] Walks =
        [[8, 10, 12, 10], [6, 7, 9, 7], [5, 6, 10, 6], [6, 9, 12, 9], [7, 9, 14, 9], [9, 8, 6, 8]];

    // Two progressions of four bars for each genre.
    private static readonly int[][][] Progressions =
    [
        [[1, 3, 5, 4], [1, 4, 3, 5]],
        [[1, 5, 4, 6], [6, 5, 1, 4]],
        [[6, 4, 1, 3], [3, 6, 2, 1]],
        [[2, 5, 1, 6], [2, 1, 5, 6]],
    ];

    /// <summary>The frequency of a pitch (1..5) in Hz: male 100 to 175, female an octave higher.</summary>
    public static double Frequency(int singer, int pitch) => Unit(singer, pitch) * Grid;

    /// <summary>The pitches (1..5) that belong to a chord (1..6).</summary>
    public static IReadOnlyList<int> TonesOf(int chord) => Sung[chord - 1];

    internal static int Unit(int singer, int pitch) => Scale[pitch - 1] * (singer == 0 ? 2 : 1);

    internal static int[] Voicing(int chord) => Voicings[chord - 1];

    internal static int[] BassWalk(int chord) => Walks[chord - 1];

    internal static int[] Progression(int genre, int variant) => Progressions[genre][variant];
}
