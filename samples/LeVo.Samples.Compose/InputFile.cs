using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeVo.Samples.Compose;

/// <summary>Songs in the released format: JSON Lines, one object a song.</summary>
internal static class InputFile
{
    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads all songs; what is wrong, in every line, goes to <paramref name="problems"/>.</summary>
    public static IReadOnlyList<InputSong> Read(string path, SongType type, ICollection<string> problems)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"--input: {e.Message}");
            return [];
        }
        int before = problems.Count;
        IReadOnlyList<InputSong> songs = Read(content, Path.GetFileName(path), problems);
        if (songs.Count == 0 && problems.Count == before)
            problems.Add($"{Path.GetFileName(path)} holds no songs.");
        CheckNames(songs, type, problems);
        return songs;
    }

    private static List<InputSong> Read(ReadOnlySpan<byte> content, string name, ICollection<string> problems)
    {
        var songs = new List<InputSong>();
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        int line = 0;
        foreach (Range range in content.Split((byte)'\n'))
        {
            string place = $"{name}:{++line}";
            if (ParseLine(content[range], place, problems) is { } record
                && InputSong.FromRecord(place, record, problems) is { } song)
                songs.Add(song);
        }
        return songs;
    }

    /// <summary>The line's object; null for an empty line and for one with a problem.</summary>
    private static JsonObject? ParseLine(ReadOnlySpan<byte> bytes, string place, ICollection<string> problems)
    {
        string line;
        try
        {
            line = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            problems.Add($"{place}: is not valid UTF-8.");
            return null;
        }
        if (string.IsNullOrWhiteSpace(line))
            return null;
        try
        {
            if (JsonNode.Parse(line, documentOptions: new() { AllowDuplicateProperties = false }) is JsonObject record)
                return record;
            problems.Add($"{place}: is no JSON object.");
        }
        catch (JsonException e)
        {
            int column = 1 + StrictUtf8.GetCharCount(bytes[..(int)Math.Min(e.BytePositionInLine ?? 0, bytes.Length)]);
            problems.Add($"{place}: broken JSON at column {column}: {Reason(e)}");
        }
        catch (InvalidOperationException e)
        {
            // A key is half a character, such as "\ud800".
            problems.Add($"{place}: broken JSON: {e.Message}");
        }
        return null;
    }

    /// <summary>The parser's message without its position.</summary>
    private static string Reason(JsonException e)
    {
        string[] positions = [" Path: ", " LineNumber: "];
        int end = positions.Select(start => e.Message.IndexOf(start, StringComparison.Ordinal)).Where(at => at > 0)
            .DefaultIfEmpty(e.Message.Length).Min();
        return e.Message[..end];
    }

    /// <summary>No two songs may write the same file, not even where names ignore case.</summary>
    private static void CheckNames(IReadOnlyList<InputSong> songs, SongType type, ICollection<string> problems)
    {
        var owners = new Dictionary<string, InputSong>(StringComparer.OrdinalIgnoreCase);
        foreach (InputSong song in songs)
        {
            InputSong? clash = null;
            foreach (SongFile file in type.Files())
                if (!owners.TryAdd(song.Index + file.Suffix, song))
                    clash ??= owners[song.Index + file.Suffix];
            if (clash is not null)
                problems.Add($"{song.Place}: idx '{song.Index}' would write the same files as {clash.Place}.");
        }
    }
}
