using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeVo.Core.Text;

/// <summary>
/// Converts <see cref="Lyrics"/> to and from JSON: a string with the parsed text. Public because source-generated
/// contexts create it.
/// </summary>
public sealed class LyricsJsonConverter : JsonConverter<Lyrics>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The JSON value is not valid lyrics.</exception>
    public override Lyrics Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("Lyrics are a string.");
        try
        {
            return Lyrics.Parse(reader.GetString()!);
        }
        catch (LyricsFormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Lyrics value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.Text);
    }
}
