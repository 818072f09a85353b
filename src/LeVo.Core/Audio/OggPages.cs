using System.Buffers.Binary;

namespace LeVo.Core.Audio;

/// <summary>
/// Checks an Ogg file (RFC 3533) before it is decoded: the Vorbis decoder skips what is damaged, and reads the first of several
/// streams, without a word.
/// </summary>
internal static class OggPages
{
    /// <summary>Bytes before the segments of a page.</summary>
    internal const int HeaderBytes = 27;

    private const int First = 2, Last = 4; // flags of a page
    private static readonly uint[] Table = CrcTable();

    /// <summary>Checks that the file is one complete Vorbis stream.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">It is damaged or truncated, has several streams, or another codec.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        uint serial = 0, sequence = 0;
        bool ended = false;
        for (int at = 0; at < file.Length;)
        {
            ReadOnlySpan<byte> page = Page(file[at..]);
            if (page.IsEmpty && ended)
                return; // another program's mark behind the file
            if (page.IsEmpty)
                throw new InvalidDataException($"The Ogg file is damaged or truncated: there is no whole page at byte {at}.");
            if (Crc(page) != BinaryPrimitives.ReadUInt32LittleEndian(page[22..]))
                throw new InvalidDataException($"The Ogg file is damaged: the checksum of the page at byte {at} is wrong.");
            uint itsSerial = BinaryPrimitives.ReadUInt32LittleEndian(page[14..]);
            if (at == 0)
                (serial, sequence) = (itsSerial, BinaryPrimitives.ReadUInt32LittleEndian(page[18..]));
            else if (itsSerial != serial || (page[5] & First) != 0 || ended)
                throw new InvalidDataException("The Ogg file has several streams.");
            if (BinaryPrimitives.ReadUInt32LittleEndian(page[18..]) != sequence++)
                throw new InvalidDataException($"The Ogg file is damaged: a page is missing before byte {at}.");
            ended = (page[5] & Last) != 0;
            at += page.Length;
        }
        if (!ended)
            throw new InvalidDataException("The Ogg file is truncated: its last page is missing.");
    }

    /// <summary>The first packet's beginning, which names the codec.</summary>
    /// <param name="start">The beginning of a file.</param>
    public static ReadOnlySpan<byte> FirstPacket(ReadOnlySpan<byte> start)
    {
        int at = start.Length < HeaderBytes ? start.Length : HeaderBytes + start[26];
        return at < start.Length ? start[at..] : [];
    }

    /// <summary>The checksum of a page, whose own place counts as zero.</summary>
    internal static uint Crc(ReadOnlySpan<byte> page)
    {
        uint crc = 0;
        for (int i = 0; i < page.Length; i++)
            crc = crc << 8 ^ Table[crc >> 24 ^ (i is >= 22 and < 26 ? 0u : page[i])];
        return crc;
    }

    /// <summary>The page at the beginning; empty where none is whole.</summary>
    internal static ReadOnlySpan<byte> Page(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderBytes || !file.StartsWith("OggS"u8) || file.Length < HeaderBytes + file[26])
            return [];
        int length = HeaderBytes + file[26];
        foreach (byte segment in file.Slice(HeaderBytes, file[26]))
            length += segment;
        return length <= file.Length ? file[..length] : [];
    }

    private static uint[] CrcTable()
    {
        var table = new uint[256];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value << 24;
            for (int bit = 0; bit < 8; bit++)
                crc = crc << 1 ^ ((crc & 0x8000_0000) != 0 ? 0x04C1_1DB7u : 0);
            table[value] = crc;
        }
        return table;
    }
}
