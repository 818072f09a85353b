using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeVo.Samples.Compose;

/// <summary>
/// Songs in the released format: JSON Lines, one object a song. An array of objects and objects over several lines are read
/// as well. What is wrong with a song costs that song alone.
/// </summary>
internal sealed class InputFile
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    private readonly string name;
    private readonly bool lenient;
    private readonly string? folder;
    private readonly ICollection<string> problems;
    private readonly List<InputSong> songs = [];
    private readonly HashSet<string> bad = [];
    private readonly HashSet<string> unknown = [];

    private InputFile(string name, string? folder, bool lenient, ICollection<string> problems) =>
        (this.name, this.folder, this.lenient, this.problems) = (name, folder, lenient, problems);

    /// <summary>Reads all songs.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <param name="type">What is made of songs that do not say it.</param>
    /// <param name="problems">Receives what is wrong, of every song.</param>
    /// <param name="warnings">Receives what is told but used.</param>
    /// <param name="lenient">Whether unsafe names are replaced.</param>
    /// <returns>The songs, and the number of those with problems.</returns>
    public static (IReadOnlyList<InputSong> Songs, int Bad) Read(string path, SongType type, ICollection<string> problems,
        ICollection<string>? warnings = null, bool lenient = false)
    {
        var own = new List<string>();
        string name = path == "-" ? "(standard input)" : Path.GetFileName(path);
        var file = new InputFile(name, path == "-" ? null : Path.GetDirectoryName(Path.GetFullPath(path)), lenient, own);
        if (TextFile.ReadBytes(path, "--input", problems) is not { } content)
            return ([], 0);
        file.Read(content);
        if (file.songs.Count == 0 && own.Count == 0)
            own.Add($"{name} holds no songs.");
        file.CheckNames(type);
        foreach (string problem in own)
            problems.Add(problem);
        if (file.unknown.Count > 0)
        {
            warnings?.Add($"{name}: the fields {string.Join(", ", file.unknown)} are not known; "
                + "they are copied to the records.");
        }
        foreach (InputSong song in file.songs.Where(song => song.Renamed is not null))
            warnings?.Add($"{song.Place}: idx '{song.Renamed}' is no safe file name; '{song.Index}' is used.");
        return (file.songs, file.bad.Count);
    }

    private void Read(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || content.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            content = Encoding.UTF8.GetBytes(TextFile.Decode(content, out _) ?? "\uFFFF");
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        ReadOnlySpan<byte> first = content.TrimStart(" \t\r\n"u8);
        if (first.StartsWith("["u8) || (first.StartsWith("{"u8) && first[1..].TrimStart(" \t\r"u8).StartsWith("\n"u8)))
        {
            ReadWhole(content);
            return;
        }
        int line = 0;
        foreach (Range range in content.Split((byte)'\n'))
        {
            string place = $"{name}:{++line}";
            if (ParseLine(content[range], place) is { } record)
                Add(place, record);
        }
    }

    /// <summary>Reads an array of songs, or songs over several lines.</summary>
    private void ReadWhole(ReadOnlySpan<byte> content)
    {
        try
        {
            var reader = new Utf8JsonReader(content, new JsonReaderOptions
            {
                AllowMultipleValues = true,
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
            });
            var found = new List<(string Place, JsonNode? Node)>();
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray && reader.CurrentDepth == 0)
                    continue;
                int line = 1 + content[..(int)reader.TokenStartIndex].Count((byte)'\n');
                using JsonDocument document = JsonDocument.ParseValue(ref reader);
                found.Add(($"{name}:{line}", JsonNode.Parse(document.RootElement.GetRawText(), documentOptions: Options)));
            }
            foreach ((string place, JsonNode? node) in found)
            {
                if (node is JsonObject record)
                    Add(place, record);
                else
                    Refuse(place, "is no JSON object.");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            string reason = e is JsonException json ? Reason(json) : e.Message;
            Refuse(name, $"write one object a line. Read as a whole, it is broken JSON: {reason}");
        }
    }

    private void Add(string place, JsonObject record)
    {
        int before = problems.Count;
        InputSong? song = null;
        try
        {
            song = InputSong.FromRecord(place, record, problems, lenient, folder);
            unknown.UnionWith(InputSong.UnknownFields(record));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            problems.Add($"{place}: broken JSON: {e.Message}");
        }
        if (song is not null && problems.Count == before)
            songs.Add(song);
        else
            bad.Add(place);
    }

    private void Refuse(string place, string problem)
    {
        problems.Add($"{place}: {problem}");
        bad.Add(place);
    }

    /// <summary>The line's object; null for an empty line and for one with a problem.</summary>
    private JsonObject? ParseLine(ReadOnlySpan<byte> bytes, string place)
    {
        if (TextFile.Decode(bytes, out _) is not { } line)
        {
            Refuse(place, TextFile.NotUtf8);
            return null;
        }
        string start = line.TrimStart();
        if (start.Trim() == "" || start.StartsWith("//", StringComparison.Ordinal) || start[0] == '#')
            return null;
        try
        {
            if (JsonNode.Parse(line, documentOptions: Options) is JsonObject record)
                return record;
            Refuse(place, "is no JSON object.");
        }
        catch (JsonException e)
        {
            int column = 1 + Encoding.UTF8.GetCharCount(bytes[..(int)Math.Min(e.BytePositionInLine ?? 0, bytes.Length)]);
            Refuse(place, $"broken JSON at column {column}: {Reason(e)}");
        }
        catch (InvalidOperationException e)
        {
            // A key is half a character, such as "\ud800".
            Refuse(place, $"broken JSON: {e.Message}");
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

    /// <summary>No two songs may write the same file, not even where names ignore case; the later one is refused.</summary>
    private void CheckNames(SongType type)
    {
        var owners = new Dictionary<string, InputSong>(StringComparer.OrdinalIgnoreCase);
        foreach (InputSong song in songs.ToArray())
        {
            string[] files = [.. (song.Type ?? type).Files().Select(file => song.Index + file.Suffix)];
            if (files.Select(owners.GetValueOrDefault).FirstOrDefault(owner => owner is not null) is { } clash)
            {
                Refuse(song.Place!, $"idx '{song.Index}' would write the same files as {clash.Place}.");
                songs.Remove(song);
                continue;
            }
            foreach (string file in files)
                owners[file] = song;
        }
    }
}
