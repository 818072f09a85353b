using System.Net;

namespace LeVo.Core.Text;

/// <summary>Replaces entities of HTML, such as <c>&amp;eacute;</c>, in lyrics that were copied from the source of a page.</summary>
internal static class HtmlEntities
{
    /// <summary>Characters of the longest entity.</summary>
    private const int Longest = 12;

    public static bool AreIn(string text)
    {
        for (int at = text.IndexOf('&', StringComparison.Ordinal); at >= 0; at = text.IndexOf('&', at + 1))
            if (At(text, at) is not null)
                return true;
        return false;
    }

    /// <summary>Replaces each entity once: what it stands for is not read as part of another.</summary>
    /// <param name="text">The text as it was read.</param>
    /// <param name="notes">Receives what was done.</param>
    public static PlacedText Decode(string text, LyricsNotes notes)
    {
        var decoded = new PlacedTextBuilder();
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '&' || At(text, at) is not { } entity)
            {
                decoded.Append(text[at], at);
                continue;
            }
            decoded.Append(entity.Character, at);
            notes.Decoded(at, entity.Written, entity.Character);
            at += entity.Written.Length - 1;
        }
        return decoded.Build();
    }

    private static (string Written, string Character)? At(string text, int at)
    {
        int end = text.AsSpan(at + 1, Math.Min(Longest, text.Length - at) - 1).IndexOfAny('&', ';') + 1;
        if (end == 0 || text[at + end] != ';')
            return null;
        string written = text.Substring(at, end + 1), character = WebUtility.HtmlDecode(written);
        if (character == written)
            character = WebUtility.HtmlDecode(written.ToLowerInvariant()); // older pages also have &AMP;
        return character.EndsWith(';') && character.Length > 1 ? null : (written, character);
    }
}
