namespace LeVo.Alignment.Preferences;

/// <summary>Converts words to phonemes, for example in ARPAbet or IPA.</summary>
public interface IPhonemizer
{
    /// <summary>Returns the phonemes of a text, in order.</summary>
    /// <param name="text">The text, without structure tags.</param>
    /// <param name="language">Its language as an ISO 639-1 code; null if it is unknown, for the language that the script
    /// suggests.</param>
    /// <exception cref="NotSupportedException">The phonemizer does not know the language.</exception>
    IReadOnlyList<string> Phonemize(string text, string? language = null);
}
