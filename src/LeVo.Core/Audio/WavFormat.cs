using System.Buffers.Binary;

namespace LeVo.Core.Audio;

/// <summary>The format chunk of a WAV file.</summary>
/// <param name="Channels">Number of channels.</param>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="SampleSize">Bytes of one sample of one channel.</param>
/// <param name="Code">How a sample is encoded.</param>
internal sealed record WavFormat(int Channels, int SampleRate, int SampleSize, SampleCode Code)
{
    public const ushort Pcm = 1, Float = 3, ALaw = 6, MuLaw = 7, Extensible = 0xFFFE;

    /// <summary>Bytes of one sample of all channels.</summary>
    public int Block => Channels * SampleSize;

    /// <summary>The bytes after the format tag in the sub-format GUID of WAVE_FORMAT_EXTENSIBLE.</summary>
    public static ReadOnlySpan<byte> GuidTail => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Reads the chunk.</summary>
    /// <param name="chunk">Its first 40 bytes, or all of them.</param>
    /// <param name="bigEndian">Whether numbers begin with their most significant byte.</param>
    /// <exception cref="InvalidDataException">The format is not supported.</exception>
    public static WavFormat Read(ReadOnlySpan<byte> chunk, bool bigEndian)
    {
        if (chunk.Length < 16)
            throw new InvalidDataException($"The WAV file's 'fmt ' chunk has {chunk.Length} bytes, fewer than 16.");
        ushort tag = UInt16(chunk, bigEndian);
        int channels = UInt16(chunk[2..], bigEndian), block = UInt16(chunk[12..], bigEndian);
        int bits = UInt16(chunk[14..], bigEndian);
        uint sampleRate = UInt32(chunk[4..], bigEndian);
        if (tag == Extensible)
        {
            if (chunk.Length < 40 || !chunk[26..40].SequenceEqual(GuidTail))
                throw new InvalidDataException("The WAV file's WAVE_FORMAT_EXTENSIBLE has an unknown sub-format.");
            tag = UInt16(chunk[24..], bigEndian);
        }
        SampleCode code = tag switch
        {
            Pcm => SampleCode.Integer,
            Float => SampleCode.Float,
            ALaw => SampleCode.ALaw,
            MuLaw => SampleCode.MuLaw,
            _ => throw new InvalidDataException($"The WAV file contains {NameOf(tag)} (format 0x{tag:X4}), not PCM, floating "
                + "point, A-law or mu-law. Convert it first, for example with: ffmpeg -i INPUT OUTPUT.flac"),
        };
        if (channels == 0 || sampleRate is 0 or > int.MaxValue)
            throw new InvalidDataException($"The WAV file declares {channels} channels at {sampleRate} Hz.");
        int size = (bits + 7) / 8; // fewer valid bits than their bytes hold are left-justified
        bool known = code switch
        {
            SampleCode.Integer => size is >= 1 and <= 4,
            SampleCode.Float => bits is 32 or 64,
            _ => bits == 8,
        };
        if (!known || block != size * channels)
            throw new InvalidDataException(
                $"The WAV file declares samples of {bits} bits in blocks of {block} bytes for {channels} channels.");
        return new(channels, (int)sampleRate, size, code);
    }

    public static ushort UInt16(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public static uint UInt32(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static string NameOf(ushort tag) => tag switch
    {
        0x0002 or 0x0011 => "ADPCM",
        0x0031 => "GSM",
        0x0050 or 0x0055 => "MPEG audio (MP3)",
        0x00FF or 0x1600 or 0x1610 => "AAC",
        0x0160 or 0x0161 or 0x0162 or 0x0163 => "Windows Media Audio",
        0x2000 or 0x0092 => "AC-3",
        0x674F or 0x6750 or 0x6751 or 0x676F or 0x6770 or 0x6771 => "Vorbis",
        0xF1AC => "FLAC",
        _ => "an unknown encoding",
    };
}
