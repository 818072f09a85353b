using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LeVo.Cluster.Work;
using LeVo.Core.Model;

namespace LeVo.Cluster.Songs;

/// <summary>Payloads of work on songs: what is ordered, as JSON, with the hash of the model that it is ordered from.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ComposeOrder))]
[JsonSerializable(typeof(PreferenceOrder))]
[JsonSerializable(typeof(EncodeOrder))]
[JsonSerializable(typeof(SampleScore[]))]
internal sealed partial class SongPayload : JsonSerializerContext
{
    /// <summary>The hash of a model folder's weights.</summary>
    /// <exception cref="ModelLoadException">The folder is not a model.</exception>
    public static string HashOf(string modelPath) => ModelFolder.Open(modelPath).Hash;

    /// <summary>Reads what is ordered.</summary>
    /// <exception cref="InvalidDataException">The payload is another.</exception>
    public static T Read<T>(WorkItem item, string kind, JsonTypeInfo<T> type)
        where T : class
    {
        if (item.Kind != kind)
            throw new InvalidDataException($"The item {item.Id} is of the kind '{item.Kind}', not '{kind}'.");
        try
        {
            return JsonSerializer.Deserialize(item.Payload, type) ?? throw new InvalidDataException($"The item {item.Id} is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The item {item.Id} is not an order of the kind '{kind}': {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">The order is for another model.</exception>
    public static void CheckModel(string ordered, string own)
    {
        if (ordered != own)
            throw new InvalidDataException($"The item is for the model {Short(ordered)}, and this worker has {Short(own)}.");

        static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
    }
}
