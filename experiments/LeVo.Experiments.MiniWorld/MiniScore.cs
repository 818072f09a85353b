namespace LeVo.Experiments.MiniWorld;

/// <summary>Kinds of sections, as far as one can hear them.</summary>
public enum MiniSection
{
    /// <summary>Sung over the whole band.</summary>
    Verse,

    /// <summary>Sung, with a high pad.</summary>
    Chorus,

    /// <summary>Sung, without hats.</summary>
    Bridge,

    /// <summary>Chords, bass and hats only.</summary>
    Intro,

    /// <summary>The whole band without a singer.</summary>
    Inst,

    /// <summary>Chords and bass only.</summary>
    Outro,

    /// <summary>Nobody sings, no drums.</summary>
    Silence,
}

/// <summary>One slot of the time grid.</summary>
internal readonly record struct MiniSlot(int Phone, int Pitch, int Chord, int Beat, int Drum, MiniSection Section);

/// <summary>The time grid of a song: every phone and every rest is one slot, a beat is 4 slots, a bar (and chord)
/// 16.</summary>
internal sealed class MiniScore
{
    public const int SlotsPerBar = 16;

    private MiniScore(MiniStyle style, IReadOnlyList<MiniSlot> slots)
    {
        Style = style;
        Slots = slots;
    }

    public MiniStyle Style { get; }

    public IReadOnlyList<MiniSlot> Slots { get; }

    public int Frames => Slots.Count * Style.FramesPerSlot;

    /// <summary>The slots a lyrics text takes.</summary>
    public static int CountSlots(string lyrics) => Lay(lyrics).Count;

    public static MiniScore Compose(MiniSongSpec spec)
    {
        var style = MiniStyle.Parse(spec.Description, spec.Seed);
        List<(int Phone, MiniSection Section)> layout = Lay(spec.Lyrics);
        var random = new MiniRandom(spec.Seed);
        int[] progression = MiniHarmony.Progression(style.Genre, random.Below(2));
        var slots = new MiniSlot[layout.Count];
        int melody = 1 + random.Below(MiniHarmony.Pitches);
        bool wordBegins = true;
        for (int s = 0; s < slots.Length; s++)
        {
            (int phone, MiniSection section) = layout[s];
            int chord = progression[s / SlotsPerBar % progression.Length];
            if (phone == 0)
                wordBegins = true;
            else if (wordBegins || Phones.IsVowel(phone))
            {
                // The pitch moves where a vowel begins; the consonants before a word's first vowel already have its
                // pitch.
                bool alreadySet = !wordBegins && s > 0 && FirstVowel(layout, s);
                if (!alreadySet)
                    melody = Move(melody, chord, ref random);
                wordBegins = false;
            }
            int beat = s % SlotsPerBar;
            int drum = MiniGroove.Drum(style.Genre, beat, section);
            slots[s] = new MiniSlot(phone, MiniVoice.IsVoiced(phone) ? melody : 0, chord, beat, drum, section);
        }
        return new MiniScore(style, slots);
    }

    private static bool FirstVowel(List<(int Phone, MiniSection Section)> layout, int s)
    {
        for (int back = s - 1; back >= 0 && layout[back].Phone != 0; back--)
            if (Phones.IsVowel(layout[back].Phone))
                return false;
        return true;
    }

    /// <summary>The same pitch or the nearest tone of the chord on either side.</summary>
    private static int Move(int melody, int chord, ref MiniRandom random)
    {
        IReadOnlyList<int> tones = MiniHarmony.TonesOf(chord);
        if (tones.Contains(melody) && random.Chance(0.4))
            return melody;
        return random.Pick(tones);
    }

    private static List<(int Phone, MiniSection Section)> Lay(string lyrics)
    {
        var layout = new List<(int, MiniSection)>();
        foreach (MiniLyrics.Part part in MiniLyrics.Split(lyrics))
        {
            foreach (SungPhone sung in Phones.FromText(part.Text))
                layout.Add((sung.Phone, part.Section));
            for (int i = 0; i < part.RestSlots; i++)
                layout.Add((0, part.Section));
        }
        return layout;
    }
}
