using LeVo.Alignment.Preferences;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.TokenWorld;

/// <summary>Scores of a song of the token world; exact, since the meaning of the codes is known.</summary>
/// <param name="Phones">Phone errors against the lyrics.</param>
/// <param name="Prompt">Agreement with the description: mean share of frames with the instrument and with a chord of
/// the genre's better fitting progression.</param>
/// <param name="Harmony">Share of the sung frames whose pitch fits the accompaniment's chord.</param>
/// <param name="Musicality">1 where the melody moves in the smallest steps, 0 where it jumps as far as it can.</param>
internal sealed record WorldScores(PhonemeErrorRate Phones, double Prompt, double Harmony, double Musicality)
{
    /// <summary>Scores the two tracks.</summary>
    public static WorldScores Of(SongCondition condition, SongTokens song)
    {
        var heard = song.Row(SongPart.Vocal).ToArray().Select(WorldCodes.ReadVocal).ToArray();
        var band = song.Row(SongPart.Accompaniment).ToArray().Select(WorldCodes.ReadAccompaniment).ToArray();
        (int genre, int instrument) = WorldSong.StyleOf(condition.Description!);
        double prompt = (Share(band, one => one?.Instrument == instrument)
            + ChordsOf([.. band.Select(one => one?.Chord)], genre)) / 2;
        int[] sung = [.. Enumerable.Range(0, song.Frames).Where(t => heard[t] is { Phone: >= 0 })];
        double harmony = Share(sung, t => band[t] is { } at && WorldCodes.Fits(heard[t]!.Value.Pitch, at.Chord));
        return new(Errors(condition, [.. heard.Select(one => one?.Phone)]), prompt, harmony,
            Melody([.. sung.Select(t => heard[t]!.Value)]));
    }

    /// <summary>Scores the mixed stream alone, as of a system without dual tracks: it has neither instrument nor
    /// pitch.</summary>
    public static WorldScores OfMixed(SongCondition condition, SongTokens song)
    {
        var heard = song.Row(SongPart.Mixed).ToArray().Select(WorldCodes.ReadMixed).ToArray();
        (int genre, _) = WorldSong.StyleOf(condition.Description!);
        return new(Errors(condition, [.. heard.Select(one => one?.Phone)]),
            ChordsOf([.. heard.Select(one => one?.Chord)], genre),
            double.NaN, double.NaN);
    }

    private static PhonemeErrorRate Errors(SongCondition condition, int?[] frames)
    {
        var phones = new List<string>();
        for (int t = 0; t < frames.Length; t++)
        {
            if (frames[t] != -1 && (t == 0 || frames[t] != frames[t - 1]))
                phones.Add(frames[t]?.ToString() ?? "noise");
        }
        string[] wanted =
            [.. WorldSong.TextOf(condition.Lyrics!).Where(c => c != ' ').Select(c => WorldSong.PhoneOf(c).ToString())];
        return PhonemeErrorRate.Compute(wanted, phones);
    }

    private static double ChordsOf(int?[] chords, int genre) => WorldSong.ProgressionsOf(genre).Max(progression =>
        Share(Enumerable.Range(0, chords.Length).ToArray(), t =>
            chords[t] == progression[t / (2 * WorldCodes.FramesPerSlot) % 4]));

    /// <summary>One minus the mean step between different phones' pitches, by the largest step.</summary>
    private static double Melody((int Phone, int Pitch)[] sung)
    {
        int[] steps =
            [.. Enumerable.Range(1, Math.Max(0, sung.Length - 1)).Where(i => sung[i].Phone != sung[i - 1].Phone)
            .Select(i => Math.Abs(sung[i].Pitch - sung[i - 1].Pitch))];
        return steps.Length == 0 ? 0 : 1 - steps.Average() / (WorldCodes.Pitches - 1);
    }

    private static double Share<T>(T[] all, Func<T, bool> counts) => all.Length == 0 ? 0
        : (double)all.Count(counts) / all.Length;
}
