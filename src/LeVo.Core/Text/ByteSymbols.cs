namespace LeVo.Core.Text;

/// <summary>
/// The printable character for each byte in byte-level vocabularies: printable Latin-1 bytes map to themselves, the
/// others to characters from U+0100 on, in byte order.
/// </summary>
internal static class ByteSymbols
{
    private static readonly char[] Symbols = Make();

    public static ReadOnlySpan<char> All => Symbols;

    private static char[] Make()
    {
        var symbols = new char[256];
        char next = '\u0100';
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
            symbols[value] = printable ? (char)value : next++;
        }
        return symbols;
    }
}
