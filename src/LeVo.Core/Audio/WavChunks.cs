using System.Buffers.Binary;

namespace LeVo.Core.Audio;

/// <summary>
/// The format of a WAV file and the places of its samples: RIFF, RIFX (big-endian) and the 64-bit forms RF64 and BW64. All
/// samples are known to be present.
/// </summary>
internal sealed class WavChunks
{
    private const uint Unknown = uint.MaxValue; // the length that programs write into pipes

    /// <summary>SoX, FFmpeg and others write a length a little below 2 GiB into pipes.</summary>
    private const uint LeastPlaceholder = 0x7FFF0000;

    private readonly Stream stream;
    private readonly Action<string>? warn;
    private readonly List<(long Start, long Length)> data = [];
    private long? declaredData; // in the 64-bit forms
    private WavFormat? format;
    private bool open;

    private WavChunks(Stream stream, Action<string>? warn) => (this.stream, this.warn) = (stream, warn);

    public WavFormat Format => format!;

    /// <summary>Whether numbers begin with their most significant byte.</summary>
    public bool BigEndian { get; private set; }

    /// <summary>Positions and bytes of the samples, whole blocks.</summary>
    public IReadOnlyList<(long Start, long Length)> Data => data;

    /// <summary>Reads all chunks' headers from the current position of a seekable stream.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="warn">Receives what is unusual about the file but has one meaning.</param>
    /// <exception cref="InvalidDataException">The content is not a supported WAV file.</exception>
    public static WavChunks Read(Stream stream, Action<string>? warn)
    {
        var chunks = new WavChunks(stream, warn);
        chunks.ReadAll();
        chunks.Settle();
        return chunks;
    }

    private void ReadAll()
    {
        Span<byte> head = stackalloc byte[12];
        if (stream.ReadAtLeast(head, 12, throwOnEndOfStream: false) < 12)
            throw new InvalidDataException("Not a WAV file: shorter than its header.");
        BigEndian = head[..4].SequenceEqual("RIFX"u8);
        bool wide = head[..4].SequenceEqual("RF64"u8) || head[..4].SequenceEqual("BW64"u8);
        if (!(BigEndian || wide || head[..4].SequenceEqual("RIFF"u8)) || !head[8..].SequenceEqual("WAVE"u8))
            throw new InvalidDataException("Not a WAV file: it does not start with RIFF and WAVE.");
        uint riffLength = WavFormat.UInt32(head[4..], BigEndian);
        bool streamed = riffLength == 0 || (riffLength >= LeastPlaceholder && riffLength > stream.Length);
        while (!open && stream.ReadAtLeast(head[..8], 8, throwOnEndOfStream: false) == 8)
        {
            if (data.Count > 0 && !IsName(head))
                return; // another program's mark behind the file
            uint declared = WavFormat.UInt32(head[4..], BigEndian);
            long left = stream.Length - stream.Position, length = declared;
            bool isData = head[..4].SequenceEqual("data"u8);
            if (isData)
                length = DataLength(declared, left, streamed);
            if (length > left)
            {
                if (data.Count > 0 && !isData)
                    return;
                throw new InvalidDataException(
                    $"The WAV file is truncated: chunk '{Name(head)}' of {length} bytes, {left} bytes left.");
            }
            long start = stream.Position;
            if (isData)
                data.Add((start, length));
            else if (head[..4].SequenceEqual("fmt "u8))
                ReadFormat(length);
            else if (wide && head[..4].SequenceEqual("ds64"u8) && length >= 16)
                ReadLengths();
            stream.Position = Next(start + length, odd: (length & 1) != 0);
        }
    }

    /// <summary>Bytes of a data chunk: those it declares, or all up to the end of a stream.</summary>
    private long DataLength(uint declared, long left, bool streamed)
    {
        if (declared == Unknown && declaredData is { } wide)
            return wide;
        if (declared == 0)
            open = left > 0 && (streamed || !IsChunk(left));
        else
            open = declared >= LeastPlaceholder && declared > left;
        if (!open)
            return declared;
        warn?.Invoke($"The WAV file declares {declared} bytes of samples, as programs do that write to a pipe; "
            + $"the {left} bytes up to its end are read.");
        return left;
    }

    private void ReadFormat(long length)
    {
        Span<byte> bytes = stackalloc byte[(int)Math.Min(length, 40)];
        stream.ReadExactly(bytes);
        WavFormat read = WavFormat.Read(bytes, BigEndian);
        if (format is not null && format != read)
            throw new InvalidDataException("The WAV file has two different 'fmt ' chunks.");
        format = read;
    }

    private void ReadLengths()
    {
        Span<byte> bytes = stackalloc byte[16];
        stream.ReadExactly(bytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        if (length is not (0 or ulong.MaxValue))
            declaredData = (long)Math.Min(length, long.MaxValue);
    }

    /// <summary>Checks what was found, whole blocks in particular.</summary>
    private void Settle()
    {
        if (format is null || data.Count == 0)
            throw new InvalidDataException($"The WAV file has no '{(format is null ? "fmt " : "data")}' chunk.");
        if (open && data[^1].Length % format.Block is > 0 and var rest)
        {
            warn?.Invoke($"The WAV file ends within a sample: its last {rest} bytes are dropped.");
            data[^1] = data[^1] with { Length = data[^1].Length - rest };
        }
        foreach ((_, long length) in data)
        {
            if (length % format.Block != 0)
                throw new InvalidDataException(
                    $"The WAV file's {length} bytes of samples are not a multiple of {format.Block}.");
        }
        long samples = data.Sum(part => part.Length) / format.Block;
        if (samples > Array.MaxLength)
            throw new InvalidDataException($"The WAV file has {samples} samples per channel: too many.");
        if (data.Count > 1)
            warn?.Invoke($"The WAV file has {data.Count} 'data' chunks; their samples are joined.");
    }

    /// <summary>The place of the next chunk. Chunks start at even offsets, but some programs write no padding.</summary>
    private long Next(long end, bool odd)
    {
        if (!odd)
            return end;
        Span<byte> bytes = stackalloc byte[5];
        stream.Position = end;
        int count = stream.ReadAtLeast(bytes, 5, throwOnEndOfStream: false);
        bool isUnpadded = count >= 4 && IsName(bytes) && (IsCommon(bytes) || count < 5 || !IsName(bytes[1..]));
        return isUnpadded ? end : end + 1;
    }

    /// <summary>Whether a chunk that fits begins at the current position, which stays.</summary>
    private bool IsChunk(long left)
    {
        Span<byte> head = stackalloc byte[8];
        long start = stream.Position;
        int count = stream.ReadAtLeast(head, 8, throwOnEndOfStream: false);
        stream.Position = start;
        return count == 8 && IsName(head) && WavFormat.UInt32(head[4..], BigEndian) <= left - 8;
    }

    private static bool IsName(ReadOnlySpan<byte> bytes) => !bytes[..4].ContainsAnyExceptInRange((byte)' ', (byte)'~');

    private static bool IsCommon(ReadOnlySpan<byte> name) => name[..4].SequenceEqual("data"u8)
        || name[..4].SequenceEqual("fmt "u8) || name[..4].SequenceEqual("fact"u8) || name[..4].SequenceEqual("LIST"u8)
        || name[..4].SequenceEqual("JUNK"u8) || name[..4].SequenceEqual("bext"u8) || name[..4].SequenceEqual("id3 "u8);

    private static string Name(ReadOnlySpan<byte> head)
    {
        Span<char> name = stackalloc char[4];
        for (int i = 0; i < 4; i++)
            name[i] = head[i] is >= 32 and < 127 ? (char)head[i] : '?';
        return name.ToString();
    }
}
