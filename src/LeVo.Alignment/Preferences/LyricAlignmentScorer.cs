using System.Text.RegularExpressions;
using LeVo.Alignment.Data;
using LeVo.Core.Tokens;

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
    public IReadOnlyList<SongPart> Parts => [SongPart.Vocal];

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
        string[] lines = ExtractLines(sample.Condition.Lyrics);
        string? language = sample.Language ?? ScriptLanguage.Of(string.Join(' ', lines));
        Transcription heard = await transcriber.TranscribeAsync(
            sample.Vocal, new() { Language = language }, cancellationToken).ConfigureAwait(false);
        return PhonemeErrorRate.Compute([.. lines.SelectMany(line => Phonemize(line, sample.Language))],
            Phonemize(heard.Text, sample.Language), normalization);
    }

    /// <summary>
    /// Extracts the words of lyrics in the released form, without tags, full stops and section separators.
    /// </summary>
    public static string ExtractWords(string lyrics) => string.Join(' ', ExtractLines(lyrics));

    /// <summary>The sentences of lyrics, without tags.</summary>
    private static string[] ExtractLines(string lyrics) =>
        [.. Marks().Split(lyrics).Select(line => Blanks().Replace(line, " ").Trim()).Where(line => line.Length > 0)];

    // A song may change its language from line to line.
    private IReadOnlyList<string> Phonemize(string line, string? language) =>
        phonemizer.Phonemize(line, ScriptLanguage.Of(line) ?? language);

    [GeneratedRegex(@"\[[^\]]*\]|[.;\n]")]
    private static partial Regex Marks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
