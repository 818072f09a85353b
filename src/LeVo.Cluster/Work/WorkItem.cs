using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeVo.Cluster.Work;

/// <summary>
/// A piece of work that can be done on any machine. Equal work has equal ids, so that it is recognised when it is submitted or
/// delivered more than once. Immutable.
/// </summary>
public sealed partial record WorkItem
{
    /// <summary>The greatest size of a payload in bytes of UTF-8. Larger data are files that the payload names.</summary>
    public const int MostPayloadBytes = 1 << 19;

    private const int MostKindLength = 32;

    /// <summary>Creates an item.</summary>
    /// <param name="kind">The kind of work: lower-case letters, digits and hyphens.</param>
    /// <param name="payload">All that determines the result, as JSON.</param>
    /// <exception cref="ArgumentException">The kind is not a name, or the payload is too large.</exception>
    public WorkItem(string kind, string payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (!IsName(kind))
            throw new ArgumentException($"'{kind}' is not a kind of work: lower-case letters, digits and hyphens.", nameof(kind));
        byte[] bytes = Encoding.UTF8.GetBytes(payload);
        if (bytes.Length > MostPayloadBytes)
            throw new ArgumentException(
                $"A payload of {bytes.Length} bytes is larger than {MostPayloadBytes}: name a file in it.", nameof(payload));
        (Kind, Payload) = (kind, payload);
        Id = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(kind), 0, .. bytes]))[..32];
    }

    /// <summary>A hash of kind and payload: 32 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The kind of work.</summary>
    public string Kind { get; }

    /// <summary>All that determines the result, as JSON.</summary>
    public string Payload { get; }

    /// <summary>Whether a text is a name of kinds and queues.</summary>
    internal static bool IsName(string? text) => text is { Length: > 0 and <= MostKindLength }
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>The item as one line of JSON.</summary>
    internal string ToLine() => JsonSerializer.Serialize(new Line(Id, Kind, Payload), LineJson.Default.Line);

    /// <summary>Reads an item from <see cref="ToLine"/>.</summary>
    /// <exception cref="InvalidDataException">The text is not an item.</exception>
    internal static WorkItem Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            Line line = JsonSerializer.Deserialize(utf8, LineJson.Default.Line) ?? throw new InvalidDataException("It is null.");
            var item = new WorkItem(line.Kind, line.Payload);
            return item.Id == line.Id ? item : throw new InvalidDataException($"Its id is '{line.Id}' instead of '{item.Id}'.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private sealed record Line(string Id, string Kind, string Payload);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
    [JsonSerializable(typeof(Line))]
    private sealed partial class LineJson : JsonSerializerContext;
}
