using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LeVo.Core.Cpu.Kernels;

namespace LeVo.Benchmarks.Race;

/// <summary>What the machine can do at this moment, on all threads of a pool: other work on the host changes it, so
/// that it is measured between the runs that are held against it.</summary>
internal sealed unsafe class MachineLimits : IDisposable
{
    private const int Megabytes = 512;
    private const int Pieces = 64;
    private const int Turns = 40_000;
    private const int Independent = 8;
    private readonly WorkerPool pool;
    private readonly NativeBlock memory = new((long)Megabytes << 20);
    private readonly LoopBody read, multiplyBytes, multiplyFloats;
    private readonly float[] kept;

    public MachineLimits(WorkerPool pool)
    {
        this.pool = pool;
        memory.Clear();
        kept = new float[pool.Threads * 16];
        (read, multiplyBytes, multiplyFloats) = (Read, MultiplyBytes, MultiplyFloats);
    }

    /// <summary>Reads so many bytes in a plain loop: a block of half a gigabyte, over and over.</summary>
    public void ReadBytes(double bytes) => pool.For((int)Math.Round(bytes / (1 << 20)), 1, read);

    /// <summary>Does so many 8-bit multiply-adds with the kernel's own instructions, in registers alone.</summary>
    public void MultiplyBytes(double count) =>
        pool.For((int)Math.Round(count / ((double)Turns * Independent * 32)), 1, multiplyBytes);

    /// <summary>Float32 multiply-adds a second, in registers alone.</summary>
    public double FloatPeak() => (double)pool.Threads * Pieces * Turns * Independent * 8
        / Clock.Seconds(() => pool.For(pool.Threads * Pieces, 1, multiplyFloats));

    public void Dispose() => memory.Dispose();

    private void Read(int first, int last, int worker)
    {
        Vector256<int> a = default, b = default, c = default, d = default;
        for (int item = first; item < last; item++)
        {
            byte* at = memory.Pointer + ((long)(item % Megabytes) << 20), end = at + (1 << 20);
            for (; at < end; at += 128)
            {
                a |= Vector256.Load((int*)at);
                b |= Vector256.Load((int*)(at + 32));
                c |= Vector256.Load((int*)(at + 64));
                d |= Vector256.Load((int*)(at + 96));
            }
        }
        kept[worker * 16] = (a | b | c | d)[0];
    }

    private void MultiplyBytes(int first, int last, int worker)
    {
        for (int i = first; i < last; i++)
        {
            kept[worker * 16] = Avx2Dot.IsSupported
                ? Bytes<Avx2Dot>((sbyte)worker)
                : Bytes<PortableDot>((sbyte)worker);
        }
    }

    /// <summary>The weights change every turn, or the compiler would take the products out of the loop. The sums don't
    /// depend on each other, so that the loop waits for no result.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Bytes<T>(sbyte start) where T : struct, IDotInstructions
    {
        Vector256<int> a = default, b = default, c = default, d = default;
        Vector256<int> e = default, f = default, g = default, h = default;
        Vector256<sbyte> w = Vector256.Create((sbyte)3), v = Vector256.Create((sbyte)5);
        Vector256<sbyte> i0 = Vector256.Create(start), i1 = i0 + Vector256<sbyte>.One;
        Vector256<sbyte> i2 = i1 + Vector256<sbyte>.One, i3 = i2 + Vector256<sbyte>.One;
        for (int turn = 0; turn < Turns; turn++)
        {
            w = (w.AsInt32() + Vector256<int>.One).AsSByte();
            v = (v.AsInt32() + Vector256<int>.One).AsSByte();
            Vector256<byte> preparedW = T.Prepare(w), preparedV = T.Prepare(v);
            a = T.Add8(a, w, preparedW, i0);
            b = T.Add8(b, w, preparedW, i1);
            c = T.Add8(c, w, preparedW, i2);
            d = T.Add8(d, w, preparedW, i3);
            e = T.Add8(e, v, preparedV, i0);
            f = T.Add8(f, v, preparedV, i1);
            g = T.Add8(g, v, preparedV, i2);
            h = T.Add8(h, v, preparedV, i3);
        }
        return (a + b + c + d + (e + f + g + h))[0];
    }

    private void MultiplyFloats(int first, int last, int worker)
    {
        for (int i = first; i < last; i++)
            kept[worker * 16] = Floats(worker);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Floats(float start)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        Vector256<float> e = default, f = default, g = default, h = default;
        Vector256<float> x = Vector256.Create(start), y = Vector256.Create(0.5f);
        for (int turn = 0; turn < Turns; turn++)
        {
            a = Vector256.MultiplyAddEstimate(a, y, x);
            b = Vector256.MultiplyAddEstimate(b, y, x);
            c = Vector256.MultiplyAddEstimate(c, y, x);
            d = Vector256.MultiplyAddEstimate(d, y, x);
            e = Vector256.MultiplyAddEstimate(e, y, x);
            f = Vector256.MultiplyAddEstimate(f, y, x);
            g = Vector256.MultiplyAddEstimate(g, y, x);
            h = Vector256.MultiplyAddEstimate(h, y, x);
        }
        return (a + b + c + d + (e + f + g + h))[0];
    }
}
