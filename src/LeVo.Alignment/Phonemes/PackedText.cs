using System.IO.Compression;

namespace LeVo.Alignment.Phonemes;

/// <summary>The packed files of this folder, which <c>eng/make-pronunciations</c> writes.</summary>
internal static class PackedText
{
    /// <summary>Reads the lines of a file.</summary>
    public static IEnumerable<string> ReadLines(string name)
    {
        using Stream file = typeof(PackedText).Assembly.GetManifestResourceStream(typeof(PackedText), name)
            ?? throw new InvalidOperationException($"The assembly has no '{name}'.");
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
