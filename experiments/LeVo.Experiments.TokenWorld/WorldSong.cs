using LeVo.Alignment.Data;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.TokenWorld;

/// <summary>
/// Songs of the token world, by fixed stochastic rules: a genre gives the chords, the melody mostly follows them, in
/// small steps where the song is a good one, and every letter is sung for two frames. Everything follows from a seed.
/// </summary>
internal static class WorldSong
{
    public static readonly string[] Genres = ["pop", "rock", "jazz", "folk"],
        Instruments = ["piano", "guitar", "organ"];

    /// <summary>A chord lasts two slots. Each genre has two progressions.</summary>
    private static readonly int[][][] Progressions =
    [
        [[0, 1, 2, 3], [0, 2, 1, 3]], [[0, 3, 0, 1], [3, 0, 1, 0]], [[1, 2, 0, 2], [2, 1, 2, 0]],
            [[3, 2, 3, 1], [3, 1, 3, 2]],
    ];

    public const int FrameRate = 5;

    /// <summary>The condition of a seed's song.</summary>
    public static SongCondition Condition(int seed)
    {
        var random = new Random(seed);
        int words = 2 + random.Next(3);
        int last = -1;
        string text = string.Join(' ', Enumerable.Range(0, words).Select(_ =>
            string.Concat(Enumerable.Range(0, 2 + random.Next(2))
                .Select(_ => (char)('a' + (last = Other(last, random)))))));
        return new($"[verse] {text}",
            $"{Genres[random.Next(Genres.Length)]}, {Instruments[random.Next(Instruments.Length)]}");
    }

    /// <summary>The song of a seed.</summary>
    public static TrainingSong Create(WorldCodes codes, int seed)
    {
        SongCondition condition = Condition(seed);
        var random = new Random(seed ^ 0x5EED);
        (int genre, int instrument) = StyleOf(condition.Description!);
        int[] progression = Progressions[genre][random.Next(2)];
        // Half of the singers move in small steps.
        bool isGood = random.Next(2) == 0;
        string text = TextOf(condition.Lyrics!);
        int frames = text.Length * WorldCodes.FramesPerSlot;
        int[] mixed = new int[frames], vocal = new int[frames], accompaniment = new int[frames],
            tokens = new int[frames];
        int pitch = random.Next(WorldCodes.Pitches), ornament = 0, fill = 0;
        // Draws of its own, so that words, chords and melodies are those of the world without ornaments.
        var texture = new Random(seed ^ 0x7E47);
        for (int t = 0; t < frames; t++)
        {
            int slot = t / WorldCodes.FramesPerSlot, phone = PhoneOf(text[slot]), chord = progression[slot / 2 % 4];
            if (t % WorldCodes.FramesPerSlot == 0 && phone >= 0)
            {
                pitch = NextPitch(pitch, chord, isGood, random);
                ornament = texture.NextDouble() < 0.6 ? ornament : texture.Next(codes.Ornaments);
            }
            fill = texture.NextDouble() < 0.7 ? (fill + 1) % codes.Fills : texture.Next(codes.Fills);
            vocal[t] = codes.Vocal(phone, pitch, ornament);
            accompaniment[t] = codes.Accompaniment(chord, t % WorldCodes.Beats, instrument, fill);
            mixed[t] = codes.Mixed(phone, chord, pitch);
            tokens[t] = 3 + slot; // behind the start token, the tag and the blank
        }
        return new(SongTokens.FromRows(mixed, vocal, accompaniment, FrameRate), condition.Lyrics, condition.Description)
        {
            LyricsTokens = tokens,
        };
    }

    /// <summary>The sung text: letters are phones, a blank is a rest.</summary>
    public static string TextOf(string lyrics) => lyrics[(lyrics.IndexOf(']') + 2)..];

    public static int PhoneOf(char letter) => letter == ' ' ? -1 : letter - 'a';

    public static (int Genre, int Instrument) StyleOf(string description)
    {
        string[] words = description.Split(", ");
        return (Array.IndexOf(Genres, words[0]), Array.IndexOf(Instruments, words[1]));
    }

    /// <summary>Whether a chord sounds in a frame of one of the genre's progressions.</summary>
    public static IEnumerable<int[]> ProgressionsOf(int genre) => Progressions[genre];

    private static int NextPitch(int pitch, int chord, bool isGood, Random random)
    {
        int[] tones = [.. Enumerable.Range(0, WorldCodes.Pitches)
            .Where(p => WorldCodes.Fits(p, chord) == random.NextDouble() < 0.9)];
        if (tones.Length == 0)
            return pitch;
        return isGood && random.NextDouble() < 0.9
            ? tones.MinBy(tone => Math.Abs(tone - pitch))
            : tones[random.Next(tones.Length)];
    }

    private static int Other(int phone, Random random)
    {
        int drawn = random.Next(WorldCodes.Phones - 1);
        return drawn >= phone && phone >= 0 ? drawn + 1 : drawn;
    }
}
