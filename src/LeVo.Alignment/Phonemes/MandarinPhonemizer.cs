using System.Text;
using LeVo.Alignment.Preferences;
using LeVo.Core.Text;

namespace LeVo.Alignment.Phonemes;

/// <summary>
/// Mandarin as initials and finals of pinyin, without tones, which singers do not keep. Each character has its most frequent
/// reading (Unihan; NOTICE has its licence). Other characters are ignored. Thread-safe.
/// </summary>
internal sealed class MandarinPhonemizer : IPhonemizer
{
    private static readonly string[] Initials =
        ("zh ch sh b p m f d t n l g k h j q x r z c s").Split(' ');

    // A line of the packed file is a syllable and its characters.
    private static readonly Lazy<Dictionary<Rune, string>> Readings = new(() => (
        from line in PackedText.ReadLines("mandarin.gz")
        let space = line.IndexOf(' ')
        from rune in line[(space + 1)..].EnumerateRunes()
        select KeyValuePair.Create(rune, line[..space])).ToDictionary());

    /// <inheritdoc/>
    public IReadOnlyList<string> Phonemize(string text, string? language = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var phonemes = new List<string>();
        // Compatibility characters are read as those that they stand for.
        foreach (Rune rune in Nfc.Normalize(text).EnumerateRunes())
            if (Readings.Value.TryGetValue(rune, out string? syllable))
                phonemes.AddRange(Split(syllable));
        return phonemes;
    }

    /// <summary>Initial and final of a syllable in pinyin, with <c>v</c> for ü. Finals are written out, so that equal sounds
    /// are equal texts: <c>you</c> and <c>liu</c> both end with <c>iou</c>.</summary>
    internal static string[] Split(string syllable)
    {
        string initial = Array.Find(Initials, start => syllable.StartsWith(start, StringComparison.Ordinal)) ?? "";
        string final = syllable[initial.Length..];
        if (initial is "zh" or "ch" or "sh" or "r" or "z" or "c" or "s" && final == "i")
            return [initial, "ii"]; // a buzzed vowel, another one than that of "li"
        if (initial is "j" or "q" or "x" && final.StartsWith('u'))
            final = "v" + final[1..];
        final = final switch
        {
            "iu" => "iou",
            "ui" => "uei",
            "un" => "uen",
            "ue" => "ve",
            "yu" or "yue" or "yuan" or "yun" => "v" + final[2..],
            "yi" or "yin" or "ying" => final[1..],
            "you" => "iou",
            "wu" => "u",
            "wei" => "uei",
            "wen" => "uen",
            "wong" => "ueng",
            ['y', ..] => "i" + final[1..],
            ['w', ..] => "u" + final[1..],
            _ => final,
        };
        return initial.Length == 0 ? [final] : [initial, final];
    }
}
