namespace LeVo.Alignment.Phonemes;

/// <summary>The phonemes of American English, each as one character in the packed files: A to Z, then a to m.</summary>
internal static class Arpabet
{
    private static readonly string[] Names =
        ("aa ae ah ao aw ay b ch d dh eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh t th uh uw v w y z zh").Split(' ');

    /// <summary>The phonemes that a packed text stands for.</summary>
    public static IEnumerable<string> Unpack(string symbols) =>
        symbols.Select(symbol => Names[symbol <= 'Z' ? symbol - 'A' : symbol - 'a' + 26]);

    /// <summary>Packs phonemes that are separated by spaces.</summary>
    public static string Pack(string phonemes) => string.Concat(phonemes.Split(' ').Select(name =>
        Array.IndexOf(Names, name) is var index && index < 26 ? (char)('A' + index) : (char)('a' + index - 26)));
}
