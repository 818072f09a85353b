using System.Buffers.Text;
using System.Text;

namespace LeVo.Core.IO;

/// <summary>
/// Recognises content that is found under the name of a model's file but is something else: a pointer, a web page, a packed
/// file, an old format.
/// </summary>
internal static class ForeignContent
{
    /// <summary>Bytes at a file's start that are enough to recognise it.</summary>
    public const int StartBytes = 512;

    private const int TarMagic = 257;

    private static readonly (byte[] Magic, string What)[] Known =
    [
        // The pickled number 0x1950a86a20f9469cfc6c, which starts legacy torch.save files.
        ([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19],
            "is written in the old non-zip format of torch.save (before PyTorch 1.6); load and save it again with a newer PyTorch"),
        ([0x80], "is a bare pickle, not a zip archive of torch.save; load and save it again with PyTorch"),
        ([.. "GGUF"u8], "is a GGUF file"),
        ([0x1F, 0x8B], "is packed with gzip; unpack it first"),
        ([.. "BZh"u8], "is packed with bzip2; unpack it first"),
        ([0xFD, .. "7zXZ"u8], "is packed with xz; unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "is packed with zstd; unpack it first"),
        ([.. "7z"u8, 0xBC, 0xAF], "is a 7-Zip archive; unpack it first"),
        ([.. "Rar!"u8], "is a RAR archive; unpack it first"),
        ([0x93, .. "NUMPY"u8], "is a NumPy array, not a checkpoint"),
        ([0x89, .. "HDF"u8], "is an HDF5 file, not a checkpoint of PyTorch"),
    ];

    /// <summary>What a file is and what to do about it, as the end of a sentence without a full stop; null when nothing is
    /// recognised.</summary>
    /// <param name="start">The first <see cref="StartBytes"/> bytes, or all.</param>
    /// <param name="length">Bytes of the file.</param>
    public static string? Describe(ReadOnlySpan<byte> start, long length)
    {
        if (length == 0)
            return "is empty; download or copy it again";
        if (start.StartsWith("version https://git-lfs"u8))
            return Pointer(start);
        foreach ((byte[] magic, string what) in Known)
        {
            if (start.StartsWith(magic))
                return what;
        }
        if (start.Length > TarMagic + 5 && start[TarMagic..].StartsWith("ustar"u8))
        {
            return "is a tar archive; unpack it first, or, if PyTorch wrote it (before 0.4), load and save it again with a "
                + "newer PyTorch";
        }
        if (start.IndexOfAnyExcept((byte)0) < 0 && start.Length >= 16)
            return "starts with zeros: the download was not finished; download it again";
        return Text(start);
    }

    /// <summary>As <see cref="Describe(ReadOnlySpan{byte}, long)"/>, of a text that is expected to be of another kind.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static string? DescribeText(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[StartBytes];
        int count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return Describe(start.AsSpan(0, count), file.Length);
    }

    private static string Pointer(ReadOnlySpan<byte> start)
    {
        int at = start.IndexOf("\nsize "u8);
        string size = at >= 0 && Utf8Parser.TryParse(start[(at + 6)..], out long bytes, out _) ? $" of {bytes} bytes" : "";
        return $"is a Git LFS pointer, not the file{size} itself; run 'git lfs pull' in the clone, or download the file";
    }

    /// <summary>Web pages and servers' answers, which a download may save under any name.</summary>
    private static string? Text(ReadOnlySpan<byte> start)
    {
        string text = Encoding.Latin1.GetString(start[..Math.Min(start.Length, 64)])
            .Replace("\u00EF\u00BB\u00BF", "", StringComparison.Ordinal).TrimStart();
        bool Is(string tag) => text.StartsWith(tag, StringComparison.OrdinalIgnoreCase);
        return Is("<!doctype html") || Is("<html") || Is("<head")
            ? "is a web page (HTML), perhaps a login or an error, not the file itself; download it again"
            : Is("<?xml") || Is("<error") ? "is an XML text, perhaps a server's error, not the file itself; download it again"
            : Is("{\"error") || Is("Entry not found") || Is("Invalid username or password") || Is("Access to model")
            ? "is a server's error message, not the file itself; download it again"
            : null;
    }
}
