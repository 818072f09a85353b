using System.Text.Json;
using LeVo.Core.Checkpoints;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests;

/// <summary>One case of a golden file, whose tensors are named <c>case.tensor</c>.</summary>
internal sealed class GoldenReader : IDisposable
{
    private readonly Checkpoint file;
    private readonly string prefix;
    private readonly HashSet<string> unread;

    public GoldenReader(string relative, string caseName)
    {
        file = Golden.Open(relative);
        prefix = caseName + ".";
        unread = [.. file.Tensors.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
        Case = Cases(file).GetProperty(caseName).Clone();
    }

    /// <summary>The case's entry in the metadata.</summary>
    public JsonElement Case { get; }

    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;

    public bool Has(string name) => file.Tensors.ContainsKey(prefix + name);

    public long[] Shape(string name) => file.Tensors[prefix + name].Shape;

    public int[] Ints(string name)
    {
        using Tensor stored = Load(name);
        using Tensor wide = stored.to(int64);
        return [.. wide.data<long>().ToArray().Select(value => checked((int)value))];
    }

    public float[] Floats(string name)
    {
        using Tensor stored = Load(name);
        return stored.data<float>().ToArray();
    }

    public Tensor Load(string name)
    {
        unread.Remove(prefix + name);
        return file.Load(prefix + name);
    }

    public void AssertClose(string name, ReadOnlySpan<float> actual, float tolerance)
    {
        float[] expected = Floats(name);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance))
                Assert.Fail($"{prefix}{name}[{i}] is {actual[i]}, not {expected[i]} (tolerance {tolerance}).");
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Fails if a tensor of the case was not looked at, so that nothing in a file goes unchecked.</summary>
    public void AssertAllRead() =>
        Assert.True(unread.Count == 0, "Never compared: " + string.Join(", ", unread));

    /// <summary>All cases of all files whose name begins with the kind's name: rows of (file, case).</summary>
    public static TheoryData<string, string> Cases(string kind)
    {
        var rows = new TheoryData<string, string>();
        foreach (string relative in Golden.Files.Where(path => IsKind(path, kind)))
        {
            using Checkpoint file = Checkpoint.Open(Golden.Full(relative));
            foreach (JsonProperty property in Cases(file).EnumerateObject())
                rows.Add(relative, property.Name);
        }
        return rows;
    }

    /// <summary>Fails when a file holds a tensor that belongs to no case.</summary>
    public static void AssertNoStrangers(string kind)
    {
        foreach (string relative in Golden.Files.Where(path => IsKind(path, kind)))
        {
            using Checkpoint file = Checkpoint.Open(Golden.Full(relative));
            HashSet<string> cases = [.. Cases(file).EnumerateObject().Select(property => property.Name)];
            Assert.All(file.Tensors.Keys, name => Assert.Contains(name[..Math.Max(0, name.IndexOf('.'))], cases));
        }
    }

    private static bool IsKind(string path, string kind) =>
        path.EndsWith(".safetensors", StringComparison.Ordinal)
        && Path.GetFileName(path).StartsWith(kind, StringComparison.Ordinal);

    private static JsonElement Cases(Checkpoint file)
    {
        using JsonDocument document = JsonDocument.Parse(file.Metadata["cases"]);
        return document.RootElement.Clone();
    }
}
