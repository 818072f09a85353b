using LeVo.Core.Checkpoints;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace LeVo.Testing;

/// <summary>
/// One golden file during its test. It knows which tensors the test has read or compared; <see cref="Complete"/> fails
/// on any that it has not, so that no number in the file can be wrong unnoticed.
/// </summary>
internal sealed class GoldenTensors : IDisposable
{
    private readonly Checkpoint file;
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    public GoldenTensors(string relative)
    {
        file = Golden.Open(relative);
        Relative = relative;
    }

    public string Relative { get; }

    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;

    public IEnumerable<string> Names => file.Tensors.Keys;

    public bool Has(string name) => file.Tensors.ContainsKey(name);

    /// <summary>An input, in its stored type; the caller's dispose scope owns it.</summary>
    public Tensor Read(string name)
    {
        Assert.True(Has(name), $"{Relative} has no '{name}'");
        seen.Add(name);
        return file.Load(name);
    }

    /// <summary>Equal shape, and |actual - expected| within absolute + relative |expected| everywhere.</summary>
    public void Compare(string name, Tensor actual, double absolute, double relative = 0)
    {
        using var scope = NewDisposeScope();
        Tensor expected = Read(name).to(float64), got = actual.detach().cpu().to(float64);
        Assert.True(expected.shape.AsSpan().SequenceEqual(got.shape),
            $"{Relative} '{name}': shape [{string.Join(", ", got.shape)}], not [{string.Join(", ", expected.shape)}]");
        if (expected.numel() == 0)
            return;
        Tensor difference = (got - expected).abs(), excess = difference - expected.abs() * relative - absolute;
        // A NaN fails too: it is not <= 0.
        Assert.True(excess.le(0).all().item<bool>(),
            $"{Relative} '{name}': off by up to {difference.max().item<double>():g4}, allowed {absolute:g3} + {relative:g3} relative");
    }

    public void CompareExact(string name, Tensor actual) => Compare(name, actual, 0);

    /// <summary>Fails when a tensor of the file was neither read nor compared.</summary>
    public void Complete()
    {
        string[] left = [.. Names.Where(name => !seen.Contains(name)).Order(StringComparer.Ordinal)];
        Assert.True(left.Length == 0, $"{Relative} holds tensors that no test knows: {string.Join(", ", left)}");
    }

    public void Dispose() => file.Dispose();
}
