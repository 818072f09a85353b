using System.Text;

namespace LeVo.Samples.Compose;

/// <summary>Text from files and from standard input, in UTF-8, or in UTF-16 or UTF-32 by its byte order mark.</summary>
internal static class TextFile
{
    private const string StandardInput = "-";

    /// <summary>Reads a file; null and a problem if it cannot be read.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <param name="option">The option that names it, for messages.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static byte[]? ReadBytes(string path, string option, ICollection<string> problems)
    {
        try
        {
            if (path != StandardInput)
                return File.ReadAllBytes(path);
            using Stream input = Console.OpenStandardInput();
            using var content = new MemoryStream();
            input.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{option}: {e.Message}");
            return null;
        }
    }

    /// <summary>Reads a text; null and a problem if it cannot be read.</summary>
    public static string? Read(string path, string option, ICollection<string> problems)
    {
        if (ReadBytes(path, option, problems) is not { } content)
            return null;
        string? text = Decode(content, out int line);
        if (text is null)
            problems.Add($"{option}: line {line} of '{path}' {NotUtf8}");
        return text;
    }

    /// <summary>What to tell of bytes that are no text.</summary>
    public const string NotUtf8 = "is not valid UTF-8. The file has another encoding, for example GBK or Latin-1; save it as UTF-8.";

    /// <summary>Decodes a text; null, and the line from 1, where it is not valid.</summary>
    public static string? Decode(ReadOnlySpan<byte> content, out int line)
    {
        Encoding[] marked = [new UTF32Encoding(false, true, true), new UnicodeEncoding(false, true, true),
            new UnicodeEncoding(true, true, true), new UTF8Encoding(true, true)];
        Encoding encoding = marked[^1];
        foreach (Encoding candidate in marked.AsEnumerable().Reverse())
            if (content.StartsWith(candidate.Preamble))
                encoding = candidate;
        if (content.StartsWith(encoding.Preamble))
            content = content[encoding.Preamble.Length..];
        line = 1;
        try
        {
            return encoding.GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            line += content[..Math.Clamp(e.Index, 0, content.Length)].Count((byte)'\n');
            return null;
        }
    }
}
