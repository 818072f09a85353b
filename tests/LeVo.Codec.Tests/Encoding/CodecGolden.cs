using System.Text.Json;
using LeVo.Core.Checkpoints;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Encoding;

/// <summary>
/// One golden of the encoder: its metadata, its inputs by recipe, and a ledger of compared tensors. Disposing it fails
/// when a tensor of the file was never compared.
/// </summary>
internal sealed class CodecGolden : IDisposable
{
    private readonly SafetensorsFile file;
    private readonly TorchSharp.DisposeScope scope;
    private readonly HashSet<string> open;
    private readonly double tolerance;
    private readonly Dictionary<string, double> overrides;

    public CodecGolden(string relative)
    {
        file = Golden.Open(relative);
        scope = NewDisposeScope();
        open = [.. file.Entries.Keys];
        Config = Json("config");
        tolerance = double.Parse(file.Metadata["tolerance"], System.Globalization.CultureInfo.InvariantCulture);
        overrides = file.Metadata.TryGetValue("tolerance_overrides", out string? text)
            ? JsonSerializer.Deserialize<Dictionary<string, double>>(text)! : [];
    }

    public JsonElement Config { get; }

    public string WeightPrefix => file.Metadata.GetValueOrDefault("weight_prefix", "");

    public IEnumerable<string> Names => file.Entries.Keys;

    public static TheoryData<string> Files(string stem) =>
        [.. Golden.Files.Where(path => Path.GetExtension(path) == ".safetensors"
            && Path.GetFileName(path).StartsWith(stem, StringComparison.Ordinal))];

    public JsonElement Json(string key)
    {
        using JsonDocument document = JsonDocument.Parse(file.Metadata[key]);
        return document.RootElement.Clone();
    }

    public bool Has(string name) => file.Entries.ContainsKey(name);

    /// <summary>A stored tensor, for use as input or for a rule of its own; it counts as compared.</summary>
    public Tensor Take(string name)
    {
        open.Remove(name);
        return file.Load(name);
    }

    public void Check(string name, Tensor actual)
    {
        using Tensor expected = Take(name);
        Assert.Equal(expected.shape, actual.shape);
        if (!expected.is_floating_point())
        {
            Assert.True(expected.equal(actual).all().item<bool>(), $"{name} differs");
            return;
        }
        double allowed = overrides.Where(pair => name.Contains(pair.Key, StringComparison.Ordinal))
            .Select(pair => pair.Value).DefaultIfEmpty(tolerance).First();
        double error = (expected - actual).abs().max().item<float>();
        double limit = allowed * Math.Max(1, expected.abs().max().item<float>());
        Assert.True(error <= limit, $"{name}: error {error:g3} exceeds {limit:g3}");
    }

    public void Check(string name, params float[] actual) => Check(name, tensor(actual, file.Entries[name].Shape));

    /// <summary>Call when done: every tensor of the file must have been compared.</summary>
    public void AssertComplete() => Assert.Empty(open);

    /// <summary>Uniform noise of variance one, row-major.</summary>
    public static Tensor UnitNoise(string name, params long[] shape)
    {
        float[] values = [.. NameSeeded.Uniform(name, shape.Aggregate(1L, (a, b) => a * b)).Select(v => (float)(v * Math.Sqrt(3)))];
        return tensor(values, shape);
    }

    /// <summary>Synthetic audio with gaps and changing colour, one array per channel.</summary>
    public static float[][] Wave(string name, int samples, int channels, double scale, int block = 960) =>
        [.. Enumerable.Range(0, channels).Select(c => WaveChannel($"{name}.{c}", samples, scale, block))];

    private static float[] WaveChannel(string name, int samples, double scale, int block)
    {
        int blocks = (samples + block - 1) / block;
        double[] u = NameSeeded.Uniform(name, samples);
        double[] envelope = NameSeeded.Uniform(name + ".env", blocks);
        double[] tilt = NameSeeded.Uniform(name + ".tilt", blocks);
        var values = new float[samples];
        for (int i = 0; i < samples; i++)
        {
            int b = i / block;
            double gain = b % 24 is >= 12 and <= 17 ? 0 : envelope[b] * envelope[b];
            values[i] = (float)(scale * gain * (u[i] + tilt[b] * (i > 0 ? u[i - 1] : 0)));
        }
        return values;
    }

    public void Dispose()
    {
        scope.Dispose();
        file.Dispose();
    }
}
