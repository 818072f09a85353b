using System.Text.Json;
using LeVo.Core.IO;

namespace LeVo.Core.Adapters;

/// <summary>The part of <c>peft</c>'s <c>adapter_config.json</c> that a LoRA adapter needs.</summary>
/// <param name="Rank">The key <c>r</c>.</param>
/// <param name="Scale">The factor of the product of both matrices.</param>
internal sealed record AdapterConfig(int Rank, double Scale)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "adapter_config.json";

    private const long MostBytes = 1 << 20;
    private const int MostRank = 4096;

    private static readonly string[] Refused =
        ["use_dora", "fan_in_fan_out", "rank_pattern", "alpha_pattern", "modules_to_save", "trainable_token_indices"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, a key is missing or out of range, or the adapter is of a kind
    /// that is not supported.</exception>
    /// <exception cref="IOException">It is missing or can't be read.</exception>
    public static AdapterConfig Read(string path)
    {
        if (new FileInfo(path).Length > MostBytes)
            throw new InvalidDataException($"'{path}' has more than {MostBytes} bytes.");
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(path, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is not the configuration of an adapter: {e.Message}", e);
        }
    }

    /// <summary>Writes a file that <c>peft</c> reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="alpha">The key <c>lora_alpha</c>.</param>
    /// <param name="layers">The adapted layers, by the last component of their name.</param>
    public void Write(string path, double alpha, IEnumerable<string> layers) => AtomicFile.Write(path, file =>
    {
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("peft_type", "LORA");
        json.WriteNull("task_type");
        json.WriteNull("base_model_name_or_path");
        json.WriteNumber("r", Rank);
        json.WriteNumber("lora_alpha", alpha);
        json.WriteNumber("lora_dropout", 0.0);
        json.WriteString("bias", "none");
        json.WriteBoolean("fan_in_fan_out", false);
        json.WriteBoolean("inference_mode", true);
        json.WriteStartArray("target_modules");
        foreach (string layer in layers)
            json.WriteStringValue(layer);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static AdapterConfig Read(string path, JsonElement root)
    {
        if (Value("peft_type") is { } type && type.GetString() != "LORA")
            throw new InvalidDataException($"'{path}': peft_type is {type}; only LORA is supported.");
        if (Value("bias") is { } bias && bias.GetString() != "none")
            throw new InvalidDataException($"'{path}': bias is {bias}; only none is supported.");
        if (Refused.FirstOrDefault(name => Value(name) is { } value && !IsNothing(value)) is { } refused)
            throw new InvalidDataException($"'{path}': {refused} is not supported.");
        if (Value("r")?.GetInt32() is not (>= 1 and <= MostRank and int rank))
            throw new InvalidDataException($"'{path}': r must lie between 1 and {MostRank}.");
        if (Value("lora_alpha")?.GetDouble() is not { } alpha || !double.IsFinite(alpha))
            throw new InvalidDataException($"'{path}': lora_alpha is missing or not a finite number.");
        bool rooted = Value("use_rslora") is { ValueKind: JsonValueKind.True };
        return new(rank, alpha / (rooted ? Math.Sqrt(rank) : rank));

        JsonElement? Value(string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
    }

    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
