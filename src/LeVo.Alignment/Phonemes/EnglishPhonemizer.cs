using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LeVo.Alignment.Preferences;
using LeVo.Core.Text;

namespace LeVo.Alignment.Phonemes;

/// <summary>
/// English in ARPAbet without stress: the CMU dictionary, endings of known words, and rules for letters. Thread-safe.
/// </summary>
internal sealed partial class EnglishPhonemizer : IPhonemizer
{
    // An ending, what it replaces in the known word, and its phonemes.
    private static readonly (string Ending, string[] Stems, string Sound)[] Endings =
    [
        ("in'", ["ing"], ""), ("in", ["ing"], ""),
        ("'s", [""], "s"), ("s'", ["s"], ""), ("'", [""], ""), ("es", ["e", ""], "s"), ("s", [""], "s"),
        ("ied", ["y"], "ed"), ("ed", ["e", ""], "ed"), ("ing", ["", "e"], "ih ng"), ("ings", ["", "e"], "ih ng z"),
        ("er", ["e", ""], "er"), ("ly", [""], "l iy"), ("ness", [""], "n ah s"), ("less", [""], "l ah s"),
    ];

    // Letters that a doubled consonant ends with: "strummed" is "strum".
    private const string Doubled = "bdfgklmnprt";

    /// <inheritdoc/>
    public IReadOnlyList<string> Phonemize(string text, string? language = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var phonemes = new List<string>();
        foreach (Match match in Word().Matches(Plain(text)))
        {
            string words = char.IsAsciiDigit(match.Value[0]) ? EnglishNumbers.Spell(match.Value) : match.Value;
            foreach (string word in words.Split(' '))
                phonemes.AddRange(Arpabet.Unpack(Pronounce(word)));
        }
        return phonemes;
    }

    /// <summary>The packed phonemes of a word.</summary>
    internal static string Pronounce(string word)
    {
        if (EnglishWords.Find(word) is { } known)
            return known;
        if (word[0] == '\'')
            return Pronounce(word[1..]);
        if (word.Contains('-', StringComparison.Ordinal))
            return string.Concat(word.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(Pronounce));
        return WithEnding(word) ?? LetterSounds.Spell(string.Concat(word.Where(char.IsAsciiLetter)));
    }

    private static string? WithEnding(string word)
    {
        foreach ((string ending, string[] stems, string sound) in Endings)
        {
            if (!word.EndsWith(ending, StringComparison.Ordinal) || word.Length < ending.Length + 2)
                continue;
            string start = word[..^ending.Length];
            foreach (string stem in stems)
                if (EnglishWords.Find(start + stem) is { } known)
                    return Joined(known, sound, ending);
            if (sound.Length > 0 && start.Length > 2 && start[^1] == start[^2] && Doubled.Contains(start[^1], StringComparison.Ordinal)
                && EnglishWords.Find(start[..^1]) is { } single)
            {
                return Joined(single, sound, ending);
            }
        }
        return null;
    }

    /// <summary>Adds an ending, whose sound depends on the sound before.</summary>
    private static string Joined(string stem, string sound, string ending)
    {
        if (ending is "in'" or "in")
            return stem[..^1] + Arpabet.Pack("n");
        if (sound.Length == 0)
            return stem;
        string last = Arpabet.Unpack(stem[^1..]).First();
        return stem + Arpabet.Pack((sound, last) switch
        {
            ("s", "s" or "z" or "sh" or "zh" or "ch" or "jh") => "ah z",
            ("s", "p" or "t" or "k" or "f" or "th") => "s",
            ("s", _) => "z",
            ("ed", "t" or "d") => "ah d",
            ("ed", "p" or "k" or "f" or "th" or "s" or "sh" or "ch") => "t",
            ("ed", _) => "d",
            _ => sound,
        });
    }

    /// <summary>Small letters without accents; typographic apostrophes and hyphens become plain ones.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (char c in Nfc.Decompose(text).ToLowerInvariant())
        {
            if (c is '\u2018' or '\u2019' or '\u02BC')
                plain.Append('\'');
            else if (c is '\u2010' or '\u2011')
                plain.Append('-');
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                plain.Append(c);
        }
        return plain.ToString();
    }

    [GeneratedRegex(@"[0-9]+|'?[a-z]+(?:['-][a-z]+)*'?")]
    private static partial Regex Word();
}
