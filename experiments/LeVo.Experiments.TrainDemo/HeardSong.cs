using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.MiniWorld.Scoring;

namespace LeVo.Experiments.TrainDemo;

/// <summary>What the recognisers found in a song. The indices are those of <see cref="MiniStyle"/>, or -1 in an empty song.</summary>
/// <param name="Errors">Phone errors of the voice.</param>
/// <param name="Phones">Phones of the lyrics.</param>
/// <param name="Singer">The singer.</param>
/// <param name="Genre">The genre.</param>
/// <param name="Instrument">The instrument.</param>
/// <param name="Tempo">The tempo.</param>
internal sealed record HeardSong(int Errors, int Phones, int Singer, int Genre, int Instrument, int Tempo)
{
    /// <summary>An empty song, of which every phone is missing.</summary>
    public static HeardSong Empty(string lyrics)
    {
        int phones = MiniLyrics.SungPhones(lyrics).Length;
        return new(phones, phones, -1, -1, -1, -1);
    }

    /// <summary>Recognises the tracks of a song.</summary>
    public static HeardSong Recognise(MiniRecognisers recognisers, Waveform vocal, Waveform accompaniment, string lyrics)
    {
        HeardVoice voice = recognisers.Voice.Recognise(vocal);
        HeardBand band = recognisers.Band.Recognise(accompaniment);
        PhonemeErrorRate phones = MiniScorer.PhoneErrors(MiniLyrics.SungPhones(lyrics), voice.Sung);
        return new(phones.Errors, phones.ReferenceLength, voice.Singer, band.Genre, band.Instrument, voice.Tempo);
    }
}
