namespace LeVo.Core.Audio.Flac;

/// <summary>FLAC's two checksums: CRC-8 (polynomial 0x07) of frame headers, CRC-16 (0x8005) of frames.</summary>
internal static class FlacCrc
{
    private static readonly ushort[] Table8 = Table(0x07, 8), Table16 = Table(0x8005, 16);

    public static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
            crc = Table8[crc ^ value];
        return (byte)crc;
    }

    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
            crc = (crc << 8 & 0xFFFF) ^ Table16[crc >> 8 ^ value];
        return (ushort)crc;
    }

    private static ushort[] Table(int polynomial, int width)
    {
        var table = new ushort[256];
        for (int value = 0; value < 256; value++)
        {
            int crc = value << (width - 8);
            for (int bit = 0; bit < 8; bit++)
                crc = crc << 1 ^ ((crc >> (width - 1) & 1) != 0 ? polynomial : 0);
            table[value] = (ushort)(crc & ((1 << width) - 1));
        }
        return table;
    }
}
