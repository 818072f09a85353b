using System.Text.RegularExpressions;
using LeVo.Alignment.Data;

namespace LeVo.Alignment.Preferences;

/// <summary>
/// Strategy 1 (paper, section 3.5): the negative phoneme error rate of the transcribed vocal compared to the lyrics.
/// </summary>
internal sealed partial class LyricAlignmentScorer(
    ITranscriber transcriber, IPhonemizer phonemizer, PhonemeNormalization? normalization = null) : IPreferenceScorer
{
    private readonly PhonemeNormalization normalization = normalization ?? new();

    /// <inheritdoc/>
    public string Strategy => PreferenceStrategies.LyricAlignment;

    /// <inheritdoc/>
    public string Name => $"per({transcriber.GetType().Name}, {phonemizer.GetType().Name})";

    /// <inheritdoc/>
    public async Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default) =>
        -(await CompareAsync(sample, cancellationToken).ConfigureAwait(false)).Rate;

    /// <summary>Computes the phoneme error rate.</summary>
    /// <exception cref="ArgumentException">The sample has no vocal or no lyrics.</exception>
    public async Task<PhonemeErrorRate> CompareAsync(SongSample sample, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Vocal is null || sample.Condition.Lyrics is null)
            throw new ArgumentException("Lyric alignment needs a vocal and lyrics.", nameof(sample));
        string words = await transcriber.TranscribeAsync(sample.Vocal, cancellationToken).ConfigureAwait(false);
        return PhonemeErrorRate.Compute(phonemizer.Phonemize(ExtractWords(sample.Condition.Lyrics)),
            phonemizer.Phonemize(words), normalization);
    }

    /// <summary>
    /// Extracts the words of lyrics in the released form, without tags, full stops and section separators.
    /// </summary>
    public static string ExtractWords(string lyrics) =>
        Blanks().Replace(Marks().Replace(lyrics, " "), " ").Trim();

    [GeneratedRegex(@"\[[^\]]*\]|[.;\n]")]
    private static partial Regex Marks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
