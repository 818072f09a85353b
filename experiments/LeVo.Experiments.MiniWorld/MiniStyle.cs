namespace LeVo.Experiments.MiniWorld;

/// <summary>The description of a miniature song, as indices into the names below.</summary>
/// <param name="Singer">Index into <see cref="Singers"/>.</param>
/// <param name="Genre">Index into <see cref="Genres"/>.</param>
/// <param name="Instrument">Index into <see cref="Instruments"/>.</param>
/// <param name="Tempo">Index into <see cref="Tempos"/>.</param>
public sealed record MiniStyle(int Singer, int Genre, int Instrument, int Tempo)
{
    /// <summary>The two voices.</summary>
    public static IReadOnlyList<string> Singers { get; } = ["female", "male"];

    /// <summary>Genres: each has its drums, its bass and its chords.</summary>
    public static IReadOnlyList<string> Genres { get; } = ["pop", "rock", "jazz", "electronic"];

    /// <summary>What plays the chords.</summary>
    public static IReadOnlyList<string> Instruments { get; } = ["piano", "guitar", "organ", "strings"];

    /// <summary>Tempos: a phone lasts 4 frames (slow) or 3 (fast).</summary>
    public static IReadOnlyList<string> Tempos { get; } = ["slow", "fast"];

    /// <summary>Frames (of 40 ms) that every phone and every rest lasts.</summary>
    public int FramesPerSlot => Tempo == 0 ? 4 : 3;

    /// <summary>The description in its usual order: "female, pop, piano, fast".</summary>
    public override string ToString() =>
        $"{Singers[Singer]}, {Genres[Genre]}, {Instruments[Instrument]}, {Tempos[Tempo]}";

    /// <summary>Reads a description; unknown words are ignored, and what is missing follows from the
    /// seed.</summary>
    public static MiniStyle Parse(string? description, long seed)
    {
        string[] words = (description ?? "").ToLowerInvariant()
            .Split([',', ' ', '.', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var random = new MiniRandom(seed ^ 0x5354594C45);
        return new MiniStyle(Find(Singers), Find(Genres), Find(Instruments), Find(Tempos));

        int Find(IReadOnlyList<string> names)
        {
            int fallback = random.Below(names.Count);
            for (int i = 0; i < names.Count; i++)
                if (Array.IndexOf(words, names[i]) >= 0)
                    return i;
            return fallback;
        }
    }
}
