using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.IO;

namespace LeVo.Core.Cpu.Weights;

/// <summary>
/// A memory-mapped cache file. The header contains a key, which identifies the inputs of the cached bytes, and a
/// checksum of each part. All are verified when the file is opened; a truncated, corrupt or stale file is treated as
/// missing.
/// </summary>
internal sealed unsafe class CacheFile : IDisposable
{
    private const int FixedBytes = 32;
    private const int PartBytes = 1 << 22;
    private const int Page = 4096;
    private readonly MappedFile file;
    private readonly int headerBytes;

    private CacheFile(MappedFile file, int headerBytes) => (this.file, this.headerBytes) = (file, headerBytes);

    /// <summary>Appends bytes to a file that is being written.</summary>
    internal delegate void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Pointer to the cached bytes.</summary>
    public byte* Data => file.Pointer + headerBytes;

    private static ReadOnlySpan<byte> Magic => "LeVoCPU1"u8;

    /// <summary>Opens and verifies a file; returns null when it is missing or invalid.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The expected key.</param>
    /// <param name="bytes">The expected number of bytes.</param>
    /// <param name="pool">The worker threads.</param>
    public static CacheFile? TryOpen(string path, string key, long bytes, WorkerPool pool)
    {
        MappedFile? mapped = null;
        try
        {
            using (Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path))
                mapped = new(handle);
            byte[] expected = Header(key, bytes, new uint[Parts(bytes)]);
            if (mapped.Length == expected.Length + bytes && Matches(mapped, expected, bytes, pool))
                return new(mapped, expected.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Treated as missing.
        }
        mapped?.Dispose();
        return null;
    }

    /// <summary>Writes a file atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that identifies the inputs of the bytes.</param>
    /// <param name="bytes">The number of bytes.</param>
    /// <param name="write">Appends the bytes.</param>
    /// <exception cref="IOException">The disk is full, or the folder is read-only.</exception>
    public static void Write(string path, string key, long bytes, Action<Append> write)
    {
        var sums = new uint[Parts(bytes)];
        long done = 0;
        using var target = new AtomicFile(path);
        target.Stream.Position = Header(key, bytes, sums).Length;
        write(Add);
        if (done != bytes)
            throw new InvalidOperationException($"'{path}' received {done} bytes, not {bytes}.");
        target.Stream.Position = 0;
        target.Stream.Write(Header(key, bytes, sums));
        target.Commit();

        void Add(ReadOnlySpan<byte> added)
        {
            target.Stream.Write(added);
            while (added.Length > 0)
            {
                int count = (int)Math.Min(added.Length, PartBytes - done % PartBytes);
                ref uint sum = ref sums[done / PartBytes];
                sum = Checksum(sum, added[..count]);
                added = added[count..];
                done += count;
            }
        }
    }

    public void Dispose() => file.Dispose();

    private static int Parts(long bytes) => (int)((bytes + PartBytes - 1) / PartBytes);

    /// <summary>Magic number, sizes, header checksum, key and checksums, padded to a page.</summary>
    private static byte[] Header(string key, long bytes, uint[] sums)
    {
        byte[] text = Encoding.UTF8.GetBytes(key);
        int used = FixedBytes + BlockFormat.RoundUp(text.Length, sizeof(uint)) + sums.Length * sizeof(uint);
        byte[] header = new byte[BlockFormat.RoundUp(used, Page)];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), bytes);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), text.Length);
        text.CopyTo(header, FixedBytes);
        Sums(header, text.Length, sums.Length).Clear();
        sums.CopyTo(Sums(header, text.Length, sums.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), Checksum(0, header));
        return header;
    }

    private static Span<uint> Sums(Span<byte> header, int keyBytes, int parts) => MemoryMarshal.Cast<byte, uint>(
        header.Slice(FixedBytes + BlockFormat.RoundUp(keyBytes, sizeof(uint)), parts * sizeof(uint)));

    private static bool Matches(MappedFile mapped, byte[] expected, long bytes, WorkerPool pool)
    {
        byte[] header = new ReadOnlySpan<byte>(mapped.Pointer, expected.Length).ToArray();
        int keyBytes = BinaryPrimitives.ReadInt32LittleEndian(expected.AsSpan(16));
        uint[] sums = Sums(header, keyBytes, Parts(bytes)).ToArray();
        uint headerSum = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(20));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), 0);
        if (headerSum != Checksum(0, header))
            return false;
        Sums(header, keyBytes, sums.Length).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan(20), 0);
        if (!header.AsSpan().SequenceEqual(expected))
            return false;
        bool intact = true;
        byte* data = mapped.Pointer + expected.Length;
        pool.For(sums.Length, 1, (first, last, _) =>
        {
            for (int part = first; part < last; part++)
            {
                long at = (long)part * PartBytes;
                var block = new ReadOnlySpan<byte>(data + at, (int)Math.Min(PartBytes, bytes - at));
                if (Checksum(0, block) != sums[part])
                    Volatile.Write(ref intact, false);
            }
        });
        return intact;
    }

    /// <summary>Continues a CRC-32C checksum. All chunks except the last are multiples of 8 bytes.</summary>
    private static uint Checksum(uint sum, ReadOnlySpan<byte> bytes)
    {
        foreach (ulong eight in MemoryMarshal.Cast<byte, ulong>(bytes))
            sum = BitOperations.Crc32C(sum, eight);
        foreach (byte one in bytes[(bytes.Length & ~7)..])
            sum = BitOperations.Crc32C(sum, one);
        return sum;
    }
}
