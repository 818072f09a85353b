using System.Text.Json;
using LeVo.Core.Model;

namespace LeVo.Codec.Model;

/// <summary>Reads a VAE configuration and collects everything that is wrong with it or unsupported.</summary>
internal sealed class VaeConfigReader(string what)
{
    // Far beyond every autoencoder, so that no product of sizes runs over.
    private const int MostSize = 1 << 20, MostFactor = 1 << 14, MostFactors = 16;
    private readonly List<string> problems = [];

    public VaeConfig Read(JsonElement root)
    {
        JsonElement model = Object(root, "model");
        int latentWidth = Positive(model, "latent_dim");
        int audioChannels = Positive(model, "io_channels");
        JsonElement encoder = Object(model, "encoder"), decoder = Object(model, "decoder");
        var config = new VaeConfig
        {
            SampleRate = Positive(root, "sample_rate"),
            AudioChannels = audioChannels,
            LatentWidth = latentWidth,
            Encoder = Half(encoder, "encoder", "in_channels", audioChannels, 2 * latentWidth),
            Decoder = Half(decoder, "decoder", "out_channels", audioChannels, latentWidth),
            SoftClip = Flag(decoder, "soft_clip", false),
        };
        Require(Text(root, "model_type") is null or "autoencoder", "model_type is not 'autoencoder'");
        Require(Text(Object(model, "bottleneck"), "type") == "vae", "model.bottleneck.type is not 'vae'");
        Require(!IsPresent(model, "pretransform"), "model.pretransform is not supported");
        int ratio = Positive(model, "downsampling_ratio");
        if (problems.Count == 0)
        {
            Require(config.Encoder.Ratio == ratio && config.Decoder.Ratio == ratio,
                $"strides multiply to {config.Encoder.Ratio} and {config.Decoder.Ratio}, not to downsampling_ratio {ratio}");
        }
        return problems.Count == 0 ? config : throw new ModelLoadException(what, problems);
    }

    private OobleckConfig Half(JsonElement half, string name, string channelsKey, int audioChannels, int latentWidth)
    {
        Require(Text(half, "type") == "oobleck", $"model.{name}.type is not 'oobleck'");
        JsonElement config = Object(half, "config");
        foreach (string unsupported in (string[])["antialias_activation", "use_nearest_upsample"])
            Require(!Flag(config, unsupported, false), $"model.{name}.config.{unsupported} is not supported");
        Require(Positive(config, channelsKey) == audioChannels, $"model.{name}.config.{channelsKey} is not model.io_channels");
        Require(Positive(config, "latent_dim") == latentWidth,
            $"model.{name}.config.latent_dim is not {latentWidth}, as model.latent_dim requires");
        int[] multipliers = Positives(config, "c_mults"), strides = Positives(config, "strides");
        Require(multipliers.Length == strides.Length, $"model.{name}.config: c_mults and strides differ in length");
        if (multipliers.Max() * (long)Positive(config, "channels") > MostSize
            || strides.Aggregate(1L, (product, stride) => Math.Min(product * stride, MostSize + 1L)) > MostSize)
        {
            problems.Add($"model.{name}.config: c_mults or strides multiply to more than {MostSize}");
            (multipliers, strides) = ([1], [1]);
        }
        return new(Positive(config, "channels"), multipliers, strides)
        {
            UseSnake = Flag(config, "use_snake", false),
            FinalTanh = name == "decoder" && Flag(config, "final_tanh", true),
        };
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
            problems.Add(problem);
    }

    private JsonElement Object(JsonElement parent, string key)
    {
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out JsonElement value)
            && value.ValueKind == JsonValueKind.Object)
            return value;
        problems.Add($"section '{key}' is missing");
        return default;
    }

    private int Positive(JsonElement parent, string key)
    {
        if (Find(parent, key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number)
            && number is > 0 and <= MostSize)
            return number;
        problems.Add($"'{key}' is not an integer from 1 to {MostSize}");
        return 1;
    }

    private int[] Positives(JsonElement parent, string key)
    {
        if (Find(parent, key) is { ValueKind: JsonValueKind.Array } value && value.GetArrayLength() is > 0 and <= MostFactors
            && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int n)
                && n is > 0 and <= MostFactor))
            return [.. value.EnumerateArray().Select(e => e.GetInt32())];
        problems.Add($"'{key}' is not a list of 1 to {MostFactors} integers from 1 to {MostFactor}");
        return [1];
    }

    private static bool Flag(JsonElement parent, string key, bool absent) => Find(parent, key) is { } value
        ? value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null)
        : absent;

    private static string? Text(JsonElement parent, string key) =>
        Find(parent, key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static bool IsPresent(JsonElement parent, string key) =>
        Find(parent, key) is { } value && value.ValueKind != JsonValueKind.Null;

    private static JsonElement? Find(JsonElement parent, string key) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out JsonElement value) ? value : null;
}
