using System.Globalization;
using System.Text.Json;
using LeVo.Core.Adapters;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Adapters;

public sealed class AdapterTests : IDisposable
{
    private readonly TinyModel tiny = new();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        tiny.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void BothEnginesReadTheSumOfTheWeightAndItsAdapters()
    {
        ModelFolder model = ModelFolder.Open(tiny.Path);
        TensorInfo[] matrices = [.. new LeLmTensors(model.Config).LayerMatrices];
        AdapterSample one = AdapterSample.Write(folder["one"], model, rank: 2, alpha: 6, [.. matrices[..3]]);
        AdapterSample two = AdapterSample.Write(folder["two"], model, rank: 3, alpha: 3, [matrices[1]], bfloat16);
        AdapterSet adapters = AdapterSet.Read([new(folder["one"]), new(Path.Combine(folder["two"], AdapterFile.FileName), -0.5)], model);
        using var plain = new CheckpointFloats(model.OpenLeLm());
        using var floats = new AdaptedFloats(new CheckpointFloats(model.OpenLeLm()), adapters);
        using var checkpoint = model.OpenLeLm();
        var source = new AdaptedTensorSource(new CheckpointTensorSource(checkpoint), adapters);
        foreach (TensorInfo matrix in matrices)
        {
            float[] expected = Read(plain, matrix, int.MaxValue);
            one.AddTo(expected, matrix, 1);
            two.AddTo(expected, matrix, -0.5);
            Close(expected, Read(floats, matrix, 7));
            using Tensor merged = source.Find(matrix)!;
            using Tensor wide = merged.to(float32);
            Close(expected, wide.data<float>().ToArray());
        }
        Assert.Equal(["one", "two"], adapters.Infos.Select(info => info.Name));

        static void Close(float[] expected, float[] actual) =>
            Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) <= 1e-5f * Math.Max(1, Math.Abs(a)));
    }

    [Theory]
    [InlineData("r", "3", "has shape [2, ")]
    [InlineData("r", "0", "r must lie between")]
    [InlineData("lora_alpha", "null", "lora_alpha is missing")]
    [InlineData("use_dora", "true", "use_dora is not supported")]
    [InlineData("rank_pattern", "{\"q_proj\":4}", "rank_pattern is not supported")]
    [InlineData("peft_type", "\"IA3\"", "only LORA is supported")]
    [InlineData("bias", "\"all\"", "only none is supported")]
    [InlineData("r", "\"x\"", "is not the configuration of an adapter")]
    public void AConfigurationThatDoesNotFitIsNamed(string key, string value, string message)
    {
        ModelFolder model = ModelFolder.Open(tiny.Path);
        AdapterSample.Write(folder["one"], model, rank: 2, alpha: 6, [.. new LeLmTensors(model.Config).LayerMatrices]);
        string path = Path.Combine(folder["one"], AdapterConfig.FileName);
        Dictionary<string, JsonElement> config = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(path))!;
        using JsonDocument changed = JsonDocument.Parse(value);
        config[key] = changed.RootElement;
        File.WriteAllText(path, JsonSerializer.Serialize(config));
        var error = Assert.Throws<InvalidDataException>(() => AdapterSet.Read([new(folder["one"])], model));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder["one"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATensorOfAnotherModelIsNamed()
    {
        ModelFolder model = ModelFolder.Open(tiny.Path);
        var other = new TensorInfo("transformer.model.layers.99.self_attn.q_proj.weight", [16, 16], TensorInit.Zeros);
        AdapterSample.Write(folder["one"], model, rank: 2, alpha: 6, [new LeLmTensors(model.Config).LayerMatrices.First(), other]);
        var error = Assert.Throws<InvalidDataException>(() => AdapterSet.Read([new(folder["one"])], model));
        Assert.Contains("layers.99.self_attn.q_proj.lora_", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheHashTellsCombinationsApart()
    {
        ModelFolder model = ModelFolder.Open(tiny.Path);
        AdapterSample.Write(folder["one"], model, rank: 2, alpha: 6, [.. new LeLmTensors(model.Config).LayerMatrices]);
        ModelAdapter adapter = new(folder["one"]);
        ModelAdapter[][] combinations = [[], [adapter], [adapter with { Scale = 0.5 }], [adapter, adapter]];
        Assert.Equal(4, combinations.Select(some => AdapterSet.Read(some, model).HashWith("model")).Distinct().Count());
        Assert.Equal("model", AdapterSet.None.HashWith("model"));
    }

    [Fact]
    public void ACopyOfTheCheckpointHasTheHashOfTheOriginal()
    {
        string original = ModelFolder.Open(tiny.Path).LeLmFile, copy = folder["renamed.safetensors"], other = folder["other.safetensors"];
        File.Copy(original, copy);
        Assert.Equal(AdapterFile.HashOf(original), AdapterFile.HashOf(copy));
        byte[] bytes = File.ReadAllBytes(original);
        bytes[^1] ^= 1;
        File.WriteAllBytes(other, bytes);
        Assert.NotEqual(AdapterFile.HashOf(original), AdapterFile.HashOf(other));
    }

    [Fact]
    public void QuantisedWeightsOfTheLastCombinationsAreKept()
    {
        ModelFolder model = ModelFolder.Open(tiny.Path);
        AdapterSample.Write(folder["one"], model, rank: 2, alpha: 6, [.. new LeLmTensors(model.Config).LayerMatrices]);
        string plain = CacheFolder.Beside(model.LeLmFile, AdapterSet.None).File("int8")!;
        File.WriteAllText(plain, "");
        double[] scales = [1, 2, 3, 4, 5, 6];
        string[] files = [.. scales.Select((scale, i) =>
        {
            var cache = CacheFolder.Beside(model.LeLmFile, AdapterSet.Read([new(folder["one"], scale)], model));
            string file = cache.File("int8")!;
            File.WriteAllText(file, "");
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1 + i, 0, 0, 0, DateTimeKind.Utc));
            return file;
        })];
        // The oldest is used again, which makes it the newest.
        CacheFolder.Beside(model.LeLmFile, AdapterSet.Read([new(folder["one"], 1)], model)).KeepRecent();
        Assert.Equal([true, false, false, true, true, true], files.Select(File.Exists));
        CacheFolder.Beside(model.LeLmFile, AdapterSet.None).KeepRecent();
        Assert.True(File.Exists(plain));
    }

    [Fact]
    public void OptionsNameAnAdapterThatIsMissing()
    {
        var options = new LeVoOptions { ModelPath = tiny.Path, Adapters = [new("no-such-adapter"), new(tiny.Path, double.NaN)] };
        string[] problems = [.. options.Problems()];
        Assert.Contains("no-such-adapter", problems[0], StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{double.NaN}"), problems[1], StringComparison.Ordinal);
    }

    private static float[] Read(IFloatSource source, TensorInfo matrix, int piece)
    {
        IFloatTensor tensor = source.Find(matrix.Name)!;
        var values = new float[matrix.Count];
        for (int done = 0; done < values.Length; done += Math.Min(piece, values.Length - done))
            tensor.Read(done, values.AsSpan(done, Math.Min(piece, values.Length - done)));
        return values;
    }
}
