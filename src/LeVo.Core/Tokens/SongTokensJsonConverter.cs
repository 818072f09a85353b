using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeVo.Core.Tokens;

/// <summary>
/// Converts <see cref="SongTokens"/> to and from JSON:
/// <c>{"frameRate":25,"mixed":[..],"vocal":[..],"accompaniment":[..]}</c>, independent of the naming policy. Public because
/// source-generated contexts create it.
/// </summary>
public sealed class SongTokensJsonConverter : JsonConverter<SongTokens>
{
    private const string FrameRate = "frameRate";

    private static readonly string[] RowNames = ["mixed", "vocal", "accompaniment"];

    /// <inheritdoc/>
    /// <exception cref="JsonException">The JSON value does not contain song tokens.</exception>
    public override SongTokens Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Song tokens are an object.");
        var rows = new List<int>?[SongTokens.RowCount];
        int? frameRate = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (name == FrameRate)
                frameRate = Integer(ref reader);
            else if (Array.IndexOf(RowNames, name) is >= 0 and int row)
                rows[row] = Row(ref reader);
            else
                throw new JsonException($"Song tokens have no '{name}'.");
        }
        if (frameRate is null || Array.IndexOf(rows, null) is >= 0)
            throw new JsonException($"Song tokens have {FrameRate}, {string.Join(", ", RowNames)}.");
        try
        {
            return SongTokens.FromRows([.. rows[0]!], [.. rows[1]!], [.. rows[2]!], frameRate.Value);
        }
        catch (ArgumentException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SongTokens value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();
        writer.WriteNumber(FrameRate, value.FrameRate);
        for (int row = 0; row < RowNames.Length; row++)
        {
            writer.WriteStartArray(RowNames[row]);
            foreach (int code in value.Row((SongPart)row).Span)
                writer.WriteNumberValue(code);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static List<int> Row(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("A row of song tokens is an array.");
        var codes = new List<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            codes.Add(Integer(ref reader));
        return codes;
    }

    private static int Integer(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value)
            ? value
            : throw new JsonException("Song tokens hold integers.");
}
