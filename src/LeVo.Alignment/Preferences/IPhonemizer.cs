namespace LeVo.Alignment.Preferences;

/// <summary>Converts words to phonemes, for example in ARPAbet or IPA.</summary>
public interface IPhonemizer
{
    /// <summary>Returns the phonemes of a text, in order.</summary>
    /// <param name="text">The text.</param>
    IReadOnlyList<string> Phonemize(string text);
}
