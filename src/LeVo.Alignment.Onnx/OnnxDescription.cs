using System.Text.Json;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Onnx;

/// <summary>The JSON file beside a graph.</summary>
internal sealed record OnnxDescription
{
    private const long LargestFile = 1 << 20;
    private const int LargestRate = 1_000_000;

    private static readonly HashSet<string> Keys = ["sample_rate", "channels", "input", "output", "window_seconds", "pooling",
        "strategy", "part", "weights", "mask", "max_tokens"];

    public int? SampleRate { get; init; }

    public int Channels { get; init; } = 1;

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? Mask { get; init; }

    public int MaxTokens { get; init; } = 512;

    public double? WindowSeconds { get; init; }

    public bool PoolMaximum { get; init; }

    public string? Strategy { get; init; }

    public SongPart Part { get; init; }

    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>Reads the description of a graph; the defaults if there is none.</summary>
    /// <exception cref="InvalidDataException">The file is invalid; the message names the file and the key.</exception>
    public static OnnxDescription Read(string graphPath)
    {
        string path = Path.ChangeExtension(graphPath, ".json");
        if (!File.Exists(path))
            return new();
        return new FileInfo(path).Length <= LargestFile
            ? Parse(File.ReadAllText(path), path)
            : throw new InvalidDataException($"'{path}' has more than {LargestFile} bytes.");
    }

    /// <summary>Reads the text of a description.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InvalidDataException">The text is invalid.</exception>
    public static OnnxDescription Parse(string text, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"'{path}' is {root.ValueKind}, not an object.");
            if (root.EnumerateObject().FirstOrDefault(property => !Keys.Contains(property.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } other)
                throw new InvalidDataException($"'{path}' has the unknown key '{other.Name}'.");
            return new()
            {
                SampleRate = Whole("sample_rate", 1, LargestRate),
                Channels = Whole("channels", 1, 2) ?? 1,
                Input = Name("input"),
                Output = Name("output"),
                Mask = Name("mask"),
                MaxTokens = Whole("max_tokens", 1, 1 << 20) ?? 512,
                WindowSeconds = Number("window_seconds", 0.01, 3600),
                PoolMaximum = Choice("pooling", ["mean", "max"]) == 1,
                Strategy = Name("strategy"),
                Part = (SongPart)Choice("part", ["mixed", "vocal", "accompaniment"]),
                Weights = Find("weights", JsonValueKind.Array) is { } weights
                    ? [.. weights.EnumerateArray().Select(weight => Finite("weights", weight, -1e6, 1e6))] : null,
            };

            JsonElement? Find(string key, JsonValueKind kind) => !root.TryGetProperty(key, out JsonElement value) ? null
                : value.ValueKind == kind ? value
                : throw new InvalidDataException($"'{path}': '{key}' is {value.ValueKind}, not {kind}.");

            string? Name(string key) => Find(key, JsonValueKind.String)?.GetString() is not { } name ? null
                : name.Length > 0 ? name : throw new InvalidDataException($"'{path}': '{key}' is empty.");

            int? Whole(string key, int least, int most) => Find(key, JsonValueKind.Number) is not { } value ? null
                : value.TryGetInt32(out int number) && number >= least && number <= most ? number
                : throw new InvalidDataException($"'{path}': '{key}' is {value}, not a whole number from {least} to {most}.");

            double? Number(string key, double least, double most) =>
                Find(key, JsonValueKind.Number) is { } value ? Finite(key, value, least, most) : null;

            double Finite(string key, JsonElement value, double least, double most) =>
                value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= least && number <= most
                    ? number
                    : throw new InvalidDataException($"'{path}': '{key}' has {value}, not a number from {least} to {most}.");

            int Choice(string key, string[] choices) => Name(key) is not { } name ? 0
                : Array.IndexOf(choices, name) is >= 0 and var index ? index
                : throw new InvalidDataException($"'{path}': '{key}' is '{name}', not {string.Join(" or ", choices)}.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is not valid JSON: {e.Message}", e);
        }
    }
}
