using System.Text;

namespace LeVo.Alignment.Preferences;

/// <summary>The language that the script of a text suggests.</summary>
internal static class ScriptLanguage
{
    /// <summary>Returns an ISO 639-1 code, or null for Latin letters, which many languages use, and for a text without
    /// letters.</summary>
    public static string? Of(string text)
    {
        string? found = null;
        foreach (Rune rune in text.EnumerateRunes())
        {
            string? language = Of(rune);
            // Japanese is written with Chinese characters as well, so kana decide.
            if (language == "ja")
                return language;
            found ??= language;
        }
        return found;
    }

    /// <summary>Whether a character is a Chinese one.</summary>
    public static bool IsHan(Rune rune) =>
        rune.Value is (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or 0x3007
            or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);

    private static string? Of(Rune rune) => rune.Value switch
    {
        >= 0x3040 and <= 0x30FF => "ja",
        (>= 0xAC00 and <= 0xD7A3) or (>= 0x1100 and <= 0x11FF) => "ko",
        >= 0x0370 and <= 0x03FF => "el",
        >= 0x0400 and <= 0x04FF => "ru",
        >= 0x0590 and <= 0x05FF => "he",
        >= 0x0600 and <= 0x06FF => "ar",
        >= 0x0900 and <= 0x097F => "hi",
        >= 0x0E00 and <= 0x0E7F => "th",
        _ => IsHan(rune) ? "zh" : null,
    };
}
