using System.Text.Json.Nodes;
using LeVo.Core.Checkpoints;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests;

/// <summary>
/// One golden file of the codec. A test computes every tensor in it: <see cref="Finish"/> fails when one was not compared.
/// </summary>
internal sealed class CodecGolden : IDisposable
{
    private readonly Checkpoint file;
    private readonly Dictionary<string, double> tolerances;
    private readonly double tolerance;
    private readonly HashSet<string> unchecked_;

    private CodecGolden(string relative)
    {
        file = Golden.Open(relative);
        unchecked_ = [.. file.Tensors.Keys];
        Config = Json("config");
        tolerance = double.Parse(file.Metadata["tolerance"]);
        tolerances = file.Metadata.ContainsKey("tolerance_overrides")
            ? Json("tolerance_overrides").ToDictionary(pair => pair.Key, pair => (double)pair.Value!)
            : [];
    }

    /// <summary>Files of a kind: stem like <c>06_vae</c>, in any folder, with any suffix.</summary>
    public static TheoryData<string> Files(string stem)
    {
        TheoryData<string> data = [];
        foreach (string path in Golden.Files)
        {
            if (Path.GetFileName(path).StartsWith(stem, StringComparison.Ordinal)
                && path.EndsWith(".safetensors", StringComparison.Ordinal))
                data.Add(path);
        }
        return data;
    }

    public static CodecGolden Open(string relative) => new(relative);

    public JsonObject Config { get; }

    public string WeightPrefix => file.Metadata.GetValueOrDefault("weight_prefix", "");

    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;

    public IEnumerable<string> Names => file.Tensors.Keys;

    /// <summary>A JSON object of the metadata.</summary>
    public JsonObject Json(string key) => JsonNode.Parse(file.Metadata[key])!.AsObject();

    public bool Has(string name) => file.Tensors.ContainsKey(name);

    /// <summary>A stored tensor as the input of a computation; the caller's dispose scope owns it.</summary>
    public Tensor Input(string name)
    {
        unchecked_.Remove(name);
        return file.Load(name);
    }

    /// <summary>Compares if the file has this tensor: <c>max|ours - golden| &lt;= tolerance · max(1, max|golden|)</c>.</summary>
    public void Check(string name, Tensor ours)
    {
        if (!Has(name))
            return;
        unchecked_.Remove(name);
        using var scope = NewDisposeScope();
        Tensor golden = file.Load(name);
        Assert.True(ours.shape.SequenceEqual(golden.shape),
            $"{name}: shape [{string.Join(", ", ours.shape)}], golden [{string.Join(", ", golden.shape)}]");
        Assert.True(ours.is_floating_point() == golden.is_floating_point(), $"{name}: {ours.dtype}, golden {golden.dtype}");
        Tensor exact = golden.detach().to(float64);
        double error = ours.detach().to(float64).sub(exact).abs().max().item<double>();
        double allowed = golden.is_floating_point()
            ? ToleranceOf(name) * Math.Max(1, exact.abs().max().item<double>())
            : 0;
        Assert.True(error <= allowed, $"{name}: off by {error:g3}, allowed {allowed:g3}");
    }

    /// <summary>Fails when the file holds a tensor that the test did not compare or use.</summary>
    public void Finish() => Assert.True(unchecked_.Count == 0, "not compared: " + string.Join(", ", unchecked_));

    public void Dispose() => file.Dispose();

    private double ToleranceOf(string name) =>
        tolerances.Where(pair => name.Contains(pair.Key, StringComparison.Ordinal)).Select(pair => pair.Value)
            .DefaultIfEmpty(tolerance).First();
}
