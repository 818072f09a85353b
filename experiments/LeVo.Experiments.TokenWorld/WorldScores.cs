using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.TokenWorld;

/// <summary>Scores of a song of the token world; exact, since the meaning of the codes is known.</summary>
/// <param name="Phones">Phone errors against the lyrics.</param>
/// <param name="Mix">Phone errors of the mixed stream, where phones that sound alike in the mix count as one.</param>
/// <param name="Prompt">Agreement with the description: mean share of frames with the instrument and with a chord of
/// the genre's better fitting progression.</param>
/// <param name="Harmony">Share of the sung frames whose pitch fits the accompaniment's chord.</param>
/// <param name="Musicality">1 where the melody moves in the smallest steps, 0 where it jumps as far as it can.</param>
internal sealed record WorldScores(PhonemeErrorRate Phones, PhonemeErrorRate Mix, double Prompt, double Harmony,
    double Musicality)
{
    /// <summary>Scores the two tracks.</summary>
    public static WorldScores Of(WorldCodes codes, SongCondition condition, SongTokens song)
    {
        var heard = song.Row(SongPart.Vocal).ToArray().Select(codes.ReadVocal).ToArray();
        var band = song.Row(SongPart.Accompaniment).ToArray().Select(codes.ReadAccompaniment).ToArray();
        int?[] mix = [.. song.Row(SongPart.Mixed).ToArray().Select(code => codes.ReadMixed(code)?.Phone)];
        (int genre, int instrument) = WorldSong.StyleOf(condition.Description!);
        double prompt = (Share(band, one => one?.Instrument == instrument)
            + ChordsOf([.. band.Select(one => one?.Chord)], genre)) / 2;
        int[] sung = [.. Enumerable.Range(0, song.Frames).Where(t => heard[t] is { Phone: >= 0 })];
        double harmony = Share(sung, t => band[t] is { } at && WorldCodes.Fits(heard[t]!.Value.Pitch, at.Chord));
        return new(Errors(condition, [.. heard.Select(one => one?.Phone)], phone => phone),
            Errors(condition, mix, WorldCodes.InTheMix), prompt, harmony, Melody([.. sung.Select(t => heard[t]!.Value)]));
    }

    /// <summary>Scores the mixed stream alone, as of a system without dual tracks: it has neither instrument nor
    /// pitch.</summary>
    public static WorldScores OfMixed(WorldCodes codes, SongCondition condition, SongTokens song)
    {
        var heard = song.Row(SongPart.Mixed).ToArray().Select(codes.ReadMixed).ToArray();
        int?[] phones = [.. heard.Select(one => one?.Phone)];
        (int genre, _) = WorldSong.StyleOf(condition.Description!);
        return new(Errors(condition, phones, phone => phone), Errors(condition, phones, WorldCodes.InTheMix),
            ChordsOf([.. heard.Select(one => one?.Chord)], genre), double.NaN, double.NaN);
    }

    /// <summary>
    /// The share of the frames sung in both songs whose pitches differ: what is left of the choice between melodies.
    /// </summary>
    public static double Variety(WorldCodes codes, SongSample one, SongSample other)
    {
        ReadOnlySpan<int> a = one.Tokens.Row(SongPart.Vocal).Span, b = other.Tokens.Row(SongPart.Vocal).Span;
        int sung = 0, differ = 0;
        for (int t = 0; t < Math.Min(a.Length, b.Length); t++)
        {
            if (codes.ReadVocal(a[t]) is { Phone: >= 0 } first && codes.ReadVocal(b[t]) is { Phone: >= 0 } second)
            {
                sung++;
                differ += first.Pitch == second.Pitch ? 0 : 1;
            }
        }
        return sung == 0 ? 0 : (double)differ / sung;
    }

    private static PhonemeErrorRate Errors(SongCondition condition, int?[] frames, Func<int, int> name)
    {
        var phones = new List<string>();
        for (int t = 0; t < frames.Length; t++)
        {
            if (frames[t] != -1 && (t == 0 || frames[t] != frames[t - 1]))
                phones.Add(frames[t]?.ToString() ?? "noise");
        }
        // Neighbours that sound alike are one sound, wanted as heard.
        var wanted = new List<string>();
        int last = -1;
        foreach (char letter in WorldSong.TextOf(condition.Lyrics!))
        {
            int phone = name(WorldSong.PhoneOf(letter));
            if (phone >= 0 && phone != last)
                wanted.Add(phone.ToString());
            last = phone;
        }
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
