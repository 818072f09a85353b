namespace LeVo.Experiments.TokenWorld;

/// <summary>
/// The codes of the token world. A vocal code tells phone, pitch and ornament, an accompaniment code chord, place in the
/// bar, instrument and fill. A mixed code tells chord and phone, except for two pairs of phones that sound alike in the
/// mix, and the pitch where <paramref name="MixTellsPitch"/> says so.
/// </summary>
/// <param name="Ornaments">Ways to sing a note, which only the vocal code tells.</param>
/// <param name="Fills">Ways to play a beat, which only the accompaniment code tells.</param>
/// <param name="MixTellsPitch">Whether the mixed code tells the pitch.</param>
/// <param name="Size">Codes of a stream.</param>
internal sealed record WorldCodes(int Ornaments, int Fills, bool MixTellsPitch, int Size)
{
    public const int Phones = 20, Pitches = 4, Chords = 4, Beats = 4, Instruments = 3, FramesPerSlot = 2;

    private const int SoundClasses = Phones - 2 + 1, SilentClass = SoundClasses - 1;

    /// <summary>The vocal code of a rest.</summary>
    public int SilentVocal => Phones * Pitches * Ornaments;

    private int MixedPitches => MixTellsPitch ? Pitches : 1;

    /// <summary>Whether a pitch belongs to a chord: two of four do.</summary>
    public static bool Fits(int pitch, int chord) => pitch == chord || pitch == (chord + 2) % Pitches;

    /// <summary>The first of the phones that sound like this one in the mix; -1, a rest, like itself.</summary>
    public static int InTheMix(int phone) => phone < 0 ? -1 : PhoneOf(ClassOf(phone));

    public int Vocal(int phone, int pitch, int ornament = 0) => phone < 0 ? SilentVocal
        : (phone * Pitches + pitch) * Ornaments + ornament;

    public int Accompaniment(int chord, int beat, int instrument, int fill = 0) =>
        ((chord * Beats + beat) * Instruments + instrument) * Fills + fill;

    public int Mixed(int phone, int chord, int pitch = 0) =>
        ((phone < 0 ? SilentClass : ClassOf(phone)) * Chords + chord) * MixedPitches
        + (phone < 0 || !MixTellsPitch ? 0 : pitch);

    /// <summary>Phone (-1 rest) and pitch of a vocal code; null for a code without meaning.</summary>
    public (int Phone, int Pitch)? ReadVocal(int code) => code == SilentVocal ? (-1, 0)
        : code < SilentVocal ? (code / Ornaments / Pitches, code / Ornaments % Pitches)
        : null;

    /// <summary>Chord and instrument of an accompaniment code; null for a code without meaning.</summary>
    public (int Chord, int Instrument)? ReadAccompaniment(int code) => code < Chords * Beats * Instruments * Fills
        ? (code / (Beats * Instruments * Fills), code / Fills % Instruments)
        : null;

    /// <summary>Phone (-1 rest) and chord of a mixed code; of phones with one code, the first.</summary>
    public (int Phone, int Chord)? ReadMixed(int code)
    {
        int sound = code / MixedPitches / Chords;
        return sound >= SoundClasses ? null : (sound == SilentClass ? -1 : PhoneOf(sound), code / MixedPitches % Chords);
    }

    // Phones 16 and 17 share a class, as do 18 and 19.
    private static int ClassOf(int phone) => phone < 16 ? phone : 16 + (phone - 16) / 2;

    private static int PhoneOf(int soundClass) => soundClass < 16 ? soundClass : 16 + 2 * (soundClass - 16);
}
