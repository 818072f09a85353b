using LeVo.Core.Cpu.Weights;
using LeVo.Core.Listings;
using LeVo.Core.Model;

namespace LeVo.Testing;

/// <summary>Name-seeded weights of a LeLM for the CPU engine: the same values as <see
/// cref="NameSeededSource"/>'s.</summary>
internal sealed class SeededFloats : IFloatSource
{
    private readonly Dictionary<string, IFloatTensor> tensors = new(StringComparer.Ordinal);

    public SeededFloats(LeLmConfig config, string prefix = "")
    {
        foreach (TensorInfo tensor in new LeLmTensors(config).Used)
            tensors.Add(tensor.Name, new Values(NameSeeded.Weight(prefix + tensor.Name, tensor.Shape), tensor.Shape));
    }

    /// <summary>All names.</summary>
    public ICollection<string> Names => tensors.Keys;

    public bool IsDisposed { get; private set; }

    public IFloatTensor? Find(string name) => tensors.GetValueOrDefault(name);

    /// <summary>Takes a tensor away, or puts another in its place.</summary>
    public void Replace(string name, float[]? values, params long[] shape)
    {
        tensors.Remove(name);
        if (values is not null)
            tensors.Add(name, new Values(values, shape));
    }

    public void Dispose() => IsDisposed = true;

    private sealed class Values(float[] values, long[] shape) : IFloatTensor
    {
        public long[] Shape => shape;

        public string? OtherType => null;

        public void Read(long first, Span<float> destination) =>
            values.AsSpan((int)first, destination.Length).CopyTo(destination);
    }
}
