namespace LeVo.Alignment.Preferences;

/// <summary>Turns words into phonemes, for example in ARPAbet or IPA.</summary>
public interface IPhonemizer
{
    /// <summary>The phonemes of a text in order.</summary>
    IReadOnlyList<string> Phonemize(string text);
}
