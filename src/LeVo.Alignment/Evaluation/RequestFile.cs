using System.Text.Json;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Evaluation;

/// <summary>What was asked for, from the files beside a song.</summary>
internal sealed record RequestFile(string? Lyrics, string? Description, TimeSpan? Length, SongPart Part)
{
    // A request has a few pages of lyrics at most.
    private const long LargestFile = 16 << 20;

    /// <summary>Reads <c>NAME.json</c>, or <c>NAME.txt</c> and <c>NAME.description.txt</c>.</summary>
    /// <exception cref="InvalidDataException">A file is invalid; the message contains its name and the key.</exception>
    public static RequestFile Read(string folder, string name)
    {
        string json = Path.Combine(folder, name + ".json");
        if (File.Exists(json))
            return Parse(Text(json), json);
        string lyrics = Path.Combine(folder, name + ".txt"), style = Path.Combine(folder, name + ".description.txt");
        return new(File.Exists(lyrics) ? Text(lyrics) : null, File.Exists(style) ? Text(style).Trim() : null, null,
            SongPart.Mixed);
    }

    /// <summary>Reads the text of a JSON file as Compose writes it beside a song.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InvalidDataException">The text is invalid.</exception>
    public static RequestFile Parse(string text, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("request", out JsonElement request)
                || request.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException($"'{path}' has no object 'request'.");
            }
            double? seconds = Value(request, "duration_seconds", JsonValueKind.Number)?.GetDouble();
            if (seconds is { } given && !(given > 0 && given < 1e6))
                throw new InvalidDataException($"'{path}': 'duration_seconds' is {given}, not a length in seconds.");
            string part = Value(request, "part", JsonValueKind.String)?.GetString() ?? nameof(SongPart.Mixed);
            return new(Value(request, "lyrics", JsonValueKind.String)?.GetString(),
                Value(request, "description", JsonValueKind.String)?.GetString(),
                seconds is { } length ? TimeSpan.FromSeconds(length) : null,
                Enum.TryParse(part, ignoreCase: true, out SongPart known) && Enum.IsDefined(known)
                    ? known
                    : throw new InvalidDataException($"'{path}': there is no part '{part}'."));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is not valid JSON: {e.Message}", e);
        }

        JsonElement? Value(JsonElement parent, string key, JsonValueKind kind) =>
            !parent.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == kind ? value
            : throw new InvalidDataException($"'{path}': '{key}' is {value.ValueKind}, not {kind}.");
    }

    private static string Text(string path) => new FileInfo(path).Length <= LargestFile
        ? File.ReadAllText(path)
        : throw new InvalidDataException($"'{path}' has more than {LargestFile} bytes.");
}
