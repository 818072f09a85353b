namespace LeVo.Experiments.TokenWorld;

/// <summary>
/// The meaning of the codes of the token world. The vocal code is phone and pitch, the accompaniment's is chord, beat
/// and instrument. The mixed code is a coarse view of both: the chord, and the phone but for two pairs that sound alike
/// in the mix.
/// </summary>
internal static class WorldCodes
{
    public const int Phones = 20, Pitches = 4, Chords = 4, Beats = 4, Instruments = 3, FramesPerSlot = 2;

    /// <summary>Codes of a stream; the vocal uses 81, the accompaniment 48, the mix 76.</summary>
    public const int CodeSize = 96;

    /// <summary>The vocal code of a rest.</summary>
    public const int SilentVocal = Phones * Pitches;

    private const int MixedClasses = Phones - 2 + 1, SilentClass = MixedClasses - 1;

    /// <summary>Whether a pitch belongs to a chord: two of four do.</summary>
    public static bool Fits(int pitch, int chord) => pitch == chord || pitch == (chord + 2) % Pitches;

    public static int Vocal(int phone, int pitch) => phone < 0 ? SilentVocal : phone * Pitches + pitch;

    public static int Accompaniment(int chord, int beat, int instrument) => (chord * Beats + beat) * Instruments
        + instrument;

    public static int Mixed(int phone, int chord) => (phone < 0 ? SilentClass : ClassOf(phone)) * Chords + chord;

    /// <summary>Phone (-1 rest) and pitch of a vocal code; null for a code without meaning.</summary>
    public static (int Phone, int Pitch)? ReadVocal(int code) => code switch
    {
        SilentVocal => (-1, 0),
        < SilentVocal => (code / Pitches, code % Pitches),
        _ => null,
    };

    /// <summary>Chord and instrument of an accompaniment code; null for a code without meaning.</summary>
    public static (int Chord, int Instrument)? ReadAccompaniment(int code) => code < Chords * Beats * Instruments
        ? (code / (Beats * Instruments), code % Instruments)
        : null;

    /// <summary>Phone (-1 rest) and chord of a mixed code; of phones with one code, the first.</summary>
    public static (int Phone, int Chord)? ReadMixed(int code) => code >= MixedClasses * Chords
        ? null
        : (code / Chords == SilentClass ? -1 : PhoneOf(code / Chords), code % Chords);

    // Phones 16 and 17 share a class, as do 18 and 19.
    private static int ClassOf(int phone) => phone < 16 ? phone : 16 + (phone - 16) / 2;

    private static int PhoneOf(int soundClass) => soundClass < 16 ? soundClass : 16 + 2 * (soundClass - 16);
}
