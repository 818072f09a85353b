using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Cluster.Work;

namespace LeVo.Cluster.Nats;

/// <summary>A rejected item as a message.</summary>
internal static partial class DeadLetter
{
    public static byte[] ToBytes(RejectedWork rejected) => JsonSerializer.SerializeToUtf8Bytes(
        new Letter(rejected.Work.Kind, rejected.Work.Payload, rejected.Attempts, rejected.Reason), LetterJson.Default.Letter);

    /// <summary>Reads a message; null if it is not a dead letter.</summary>
    public static RejectedWork? Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            Letter? letter = JsonSerializer.Deserialize(utf8, LetterJson.Default.Letter);
            return letter is null ? null : new(new(letter.Kind, letter.Payload), letter.Attempts, letter.Reason);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private sealed record Letter(string Kind, string Payload, int Attempts, string Reason);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
    [JsonSerializable(typeof(Letter))]
    private sealed partial class LetterJson : JsonSerializerContext;
}
