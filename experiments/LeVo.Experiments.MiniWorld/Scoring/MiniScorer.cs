using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>Scores of a song against its request.</summary>
/// <param name="Phones">Phone errors of the voice against the lyrics.</param>
/// <param name="Singer">True when the singer is the one asked for.</param>
/// <param name="Tempo">True when the tempo is the one asked for.</param>
/// <param name="Genre">True when the genre is the one asked for.</param>
/// <param name="Instrument">True when the instrument is the one asked for.</param>
/// <param name="Harmony">See <see cref="HarmonyScore"/>.</param>
internal sealed record MiniScores(
    PhonemeErrorRate Phones, bool Singer, bool Tempo, bool Genre, bool Instrument, double Harmony)
{
    /// <summary>Share of the description that was recognised, 0 to 1.</summary>
    public double Style => ((Singer ? 1 : 0) + (Tempo ? 1 : 0) + (Genre ? 1 : 0) + (Instrument ? 1 : 0)) / 4.0;
}

/// <summary>Scores songs against their request with the recognisers. Thread-safe.</summary>
internal static class MiniScorer
{
    /// <summary>Scores stems against what the request asked for.</summary>
    /// <param name="recognisers">Trained recognisers.</param>
    /// <param name="vocal">The vocal stem (or the mix).</param>
    /// <param name="accompaniment">The accompaniment (or the mix).</param>
    /// <param name="request">Lyrics and description; what the description leaves open follows from the seed.</param>
    public static MiniScores Score(
        MiniRecognisers recognisers, Waveform vocal, Waveform accompaniment, MiniSongSpec request)
    {
        MiniStyle asked = MiniStyle.Parse(request.Description, request.Seed);
        HeardVoice voice = recognisers.Voice.Recognise(vocal);
        HeardBand band = recognisers.Band.Recognise(accompaniment);
        return new MiniScores(
            PhoneErrors(MiniLyrics.SungPhones(request.Lyrics), voice.Sung),
            voice.Singer == asked.Singer, voice.Tempo == asked.Tempo,
            band.Genre == asked.Genre, band.Instrument == asked.Instrument, HarmonyScore.Of(voice, band));
    }

    /// <summary>Errors of the recognised phones.</summary>
    public static PhonemeErrorRate PhoneErrors(IReadOnlyList<int> reference, IReadOnlyList<int> heard)
    {
        return PhonemeErrorRate.FromSteps(EditAlignment.Compute(reference, heard), reference.Count);
    }
}

/// <summary>Agreement of the voice's pitches with the chords.</summary>
public static class HarmonyScore
{
    /// <summary>Share of the vowel frames whose pitch belongs to the chord of that frame; 1 when no vowel is
    /// sung.</summary>
    public static double Of(HeardVoice voice, HeardBand band)
    {
        ArgumentNullException.ThrowIfNull(voice);
        ArgumentNullException.ThrowIfNull(band);
        return Of(voice.FramePhones, voice.FramePitches, band.FrameChords);
    }

    /// <summary>The same from labels per frame, exact for rendered songs.</summary>
    public static double Of(IReadOnlyList<int> phones, IReadOnlyList<int> pitches, IReadOnlyList<int> chords)
    {
        ArgumentNullException.ThrowIfNull(phones);
        ArgumentNullException.ThrowIfNull(pitches);
        ArgumentNullException.ThrowIfNull(chords);
        int sung = 0, fitting = 0;
        for (int f = 0; f < Math.Min(phones.Count, chords.Count); f++)
        {
            if (!Phones.IsVowel(phones[f]) || pitches[f] == 0)
                continue;
            sung++;
            if (MiniHarmony.TonesOf(chords[f]).Contains(pitches[f]))
                fitting++;
        }
        return sung == 0 ? 1 : (double)fitting / sung;
    }
}
