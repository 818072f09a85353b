namespace LeVo.Experiments.MiniWorld;

/// <summary>The drum and bass patterns of the genres, one character for each of a bar's 16 slots.</summary>
internal static class MiniGroove
{
    public const int Kick = 1, Snare = 2, Hat = 3;

    private static readonly string[] Drums =
    [
        "k.h.s.h.k.h.s.h.",
        "k.k.s..kk.k.s.ss",
        "h...h..hh...h..h",
        "k.h.k.h.k.h.k.hh",
    ];

    // Digits are places in the chord's walk; '.' lets the last note ring, '-' stops it.
    private static readonly string[] Basses =
    [
        "0.......0...2...",
        "0.0.0.0.0.0.0.0.",
        "0...1...2...3...",
        "-.0.-.0.-.0.-.02",
    ];

    public static int Drum(int genre, int beat, MiniSection section)
    {
        int drum = Drums[genre][beat] switch { 'k' => Kick, 's' => Snare, 'h' => Hat, _ => 0 };
        return section switch
        {
            MiniSection.Outro or MiniSection.Silence => 0,
            MiniSection.Intro => drum == 0 ? 0 : Hat,
            MiniSection.Bridge => drum == Hat ? 0 : drum,
            _ => drum,
        };
    }

    /// <summary>A place in the walk (0..3), -1 to let ring, -2 to stop.</summary>
    public static int Bass(int genre, int beat) =>
        Basses[genre][beat] switch { '.' => -1, '-' => -2, var digit => digit - '0' };
}
