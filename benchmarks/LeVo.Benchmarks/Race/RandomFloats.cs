using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Listings;
using LeVo.Core.Model;

namespace LeVo.Benchmarks.Race;

/// <summary>Random weights of any size that take no memory: a value follows from its place.</summary>
internal sealed class RandomFloats : IFloatSource
{
    private readonly Dictionary<string, IFloatTensor> tensors = new(StringComparer.Ordinal);

    public RandomFloats(LeLmConfig config)
    {
        foreach (TensorInfo tensor in new LeLmTensors(config).Used)
            tensors.Add(tensor.Name, new Values(tensor.Shape, (uint)tensors.Count));
    }

    public IFloatTensor? Find(string name) => tensors.GetValueOrDefault(name);

    public void Dispose() => tensors.Clear();

    private sealed class Values(long[] shape, uint seed) : IFloatTensor
    {
        public long[] Shape => shape;

        public string? OtherType => null;

        /// <summary>Matrices uniform with the variance 1 / inputs, vectors one.</summary>
        public void Read(long first, Span<float> destination)
        {
            if (shape.Length == 1)
            {
                destination.Fill(1);
                return;
            }
            float scale = MathF.Sqrt(3f / shape[1]) / (1 << 23);
            uint state = (uint)first * 2654435761 ^ seed * 40503 + 1;
            for (int i = 0; i < destination.Length; i++)
            {
                state = state * 1664525 + 1013904223;
                destination[i] = ((int)(state >> 8) - (1 << 23)) * scale;
            }
        }
    }
}
