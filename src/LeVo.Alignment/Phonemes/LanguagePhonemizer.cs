using System.Text;
using LeVo.Alignment.Preferences;

namespace LeVo.Alignment.Phonemes;

/// <summary>
/// Phonemes by language: English from the CMU dictionary and rules for other words (ARPAbet), Mandarin as initials and finals,
/// and any other language with the program <c>espeak-ng</c>, where it is installed (IPA). Chinese characters in a line of
/// another language, except Japanese, are read as Mandarin, Latin letters in a Chinese line as English. Thread-safe.
/// </summary>
public sealed class LanguagePhonemizer : IPhonemizer
{
    private readonly EnglishPhonemizer english = new();
    private readonly MandarinPhonemizer mandarin = new();
    private readonly EspeakPhonemizer espeak;

    /// <param name="espeak">The name or path of <c>espeak-ng</c>.</param>
    public LanguagePhonemizer(string espeak = "espeak-ng")
    {
        ArgumentException.ThrowIfNullOrEmpty(espeak);
        this.espeak = new(espeak);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The language needs espeak-ng, which is not installed.</exception>
    public IReadOnlyList<string> Phonemize(string text, string? language = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        string spoken = (language ?? ScriptLanguage.Of(text) ?? "en").ToLowerInvariant();
        if (Primary(spoken) == "ja")
            return espeak.Phonemize(text, spoken);
        var phonemes = new List<string>();
        foreach ((string part, bool han) in Parts(text))
        {
            phonemes.AddRange(han ? mandarin.Phonemize(part)
                : Primary(spoken) is "en" or "zh" or "cmn" ? english.Phonemize(part) : espeak.Phonemize(part, spoken));
        }
        return phonemes;
    }

    private static string Primary(string language) => language.Split('-', '_')[0];

    /// <summary>Chinese characters and what stands between them.</summary>
    private static IEnumerable<(string Text, bool Han)> Parts(string text)
    {
        var part = new StringBuilder();
        bool han = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (ScriptLanguage.IsHan(rune) != han)
            {
                if (part.Length > 0)
                    yield return (part.ToString(), han);
                part.Clear();
                han = !han;
            }
            part.Append(rune.ToString());
        }
        if (part.Length > 0)
            yield return (part.ToString(), han);
    }
}
