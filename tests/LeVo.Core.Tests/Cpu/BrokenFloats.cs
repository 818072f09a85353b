using System.Collections.Concurrent;
using LeVo.Core.Cpu.Weights;
using LeVo.Testing;

namespace LeVo.Core.Tests.Cpu;

/// <summary>Weights of which one tensor can't be read once so many threads have tried.</summary>
internal sealed class BrokenFloats(SeededFloats inner, string broken, int threads) : IFloatSource
{
    private readonly ConcurrentDictionary<Thread, bool> readers = new();

    public IEnumerable<Thread> Readers => readers.Keys;

    public IFloatTensor? Find(string name) =>
        inner.Find(name) is { } tensor && name == broken ? new Broken(this, tensor) : inner.Find(name);

    public void Dispose() => inner.Dispose();

    private void Arrive()
    {
        readers[Thread.CurrentThread] = true;
        SpinWait.SpinUntil(() => readers.Count == threads);
    }

    private sealed class Broken(BrokenFloats owner, IFloatTensor tensor) : IFloatTensor
    {
        public long[] Shape => tensor.Shape;

        public string? OtherType => tensor.OtherType;

        public void Read(long first, Span<float> destination)
        {
            owner.Arrive();
            throw new IOException("The disk is broken.");
        }
    }
}
