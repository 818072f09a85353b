using System.Diagnostics;
using System.Numerics.Tensors;
using LeVo.Core.Cpu.Kernels;

namespace LeVo.Core.Inspection;

/// <summary>Short measurements of how fast this machine reads; they take a tenth of a second each.</summary>
internal static unsafe class Bandwidth
{
    private const int PartBytes = 1 << 26;
    private const int FileBytes = 1 << 25;
    private const int Rounds = 3;

    /// <summary>Bytes a second that some threads read from memory together.</summary>
    public static double Memory(int threads)
    {
        using var block = new NativeBlock((long)threads * PartBytes);
        nint start = (nint)block.Pointer;
        double best = 0;
        var sums = new float[threads];
        // The first round only makes the pages exist.
        for (int round = 0; round <= Rounds; round++)
        {
            bool fill = round == 0;
            long began = Stopwatch.GetTimestamp();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                var part = new Span<float>((void*)(start + (nint)i * PartBytes), PartBytes / sizeof(float));
                if (fill)
                    part.Fill(1);
                else
                    sums[i] = TensorPrimitives.Max<float>(part);
            });
            if (!fill)
                best = Math.Max(best, (double)threads * PartBytes / Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return best;
    }

    /// <summary>Bytes a second that a file is read with, from its middle.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static double File(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = System.IO.File.OpenHandle(path);
        byte[] buffer = new byte[FileBytes];
        long began = Stopwatch.GetTimestamp();
        int count = RandomAccess.Read(file, buffer, RandomAccess.GetLength(file) / 2);
        return Math.Max(count, 1) / Math.Max(Stopwatch.GetElapsedTime(began).TotalSeconds, 1e-9);
    }
}
