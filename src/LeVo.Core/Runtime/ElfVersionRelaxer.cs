using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace LeVo.Core.Runtime;

/// <summary>
/// Marks one version requirement (verneed entry) of an ELF file as weak. TorchSharp's native shim requires
/// GLIBCXX_3.4.32 for a marker symbol that no relocation uses, but the loader rejects the whole file when libstdc++
/// is older.
/// </summary>
internal static class ElfVersionRelaxer
{
    private const string Version = "GLIBCXX_3.4.32";
    private const uint VersionNeedSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Whether the file can't be loaded on this system because of the version requirement.</summary>
    public static bool NeedsRelaxing(string path)
    {
        byte[] image = File.ReadAllBytes(path);
        return FindFlags(image) is int offset && (image[offset] & WeakFlag) == 0 && !SystemHasVersion();
    }

    /// <summary>
    /// Returns a copy of the file with the version requirement marked as weak, or an unchanged copy when there is
    /// none.
    /// </summary>
    public static byte[] Relax(byte[] image)
    {
        byte[] copy = (byte[])image.Clone();
        if (FindFlags(copy) is int offset)
            copy[offset] |= (byte)WeakFlag;
        return copy;
    }

    /// <summary>The offset of the flags (vna_flags) of the version's verneed entry, or null.</summary>
    private static int? FindFlags(ReadOnlySpan<byte> image)
    {
        try
        {
            if (image.Length < 64 || !image[..4].SequenceEqual("\u007fELF"u8) || image[4] != 2 || image[5] != 1)
                return null;
            int sections = checked((int)BinaryPrimitives.ReadInt64LittleEndian(image[0x28..]));
            int entrySize = U16(image, 0x3A), count = U16(image, 0x3C);
            for (int i = 0; i < count; i++)
            {
                int header = sections + i * entrySize;
                if (U32(image, header + 4) != VersionNeedSection)
                    continue;
                int strings = Offset(image, sections + (int)U32(image, header + 40) * entrySize);
                return FindInNeeds(image, Offset(image, header), (int)U32(image, header + 44), strings);
            }
            return null;
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return null; // Not a readable ELF file; the loader reports the error.
        }
    }

    private static int? FindInNeeds(ReadOnlySpan<byte> image, int need, int needs, int strings)
    {
        for (int n = 0; n < needs; n++)
        {
            int entry = need + (int)U32(image, need + 8);
            for (int a = 0, entries = U16(image, need + 2); a < entries; a++)
            {
                ReadOnlySpan<byte> name = image[(strings + (int)U32(image, entry + 8))..];
                if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == Version)
                    return entry + 4;
                entry += (int)U32(image, entry + 12);
            }
            need += (int)U32(image, need + 12);
        }
        return null;
    }

    private static bool SystemHasVersion() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "_ZSt21ios_base_library_initv", out _);

    private static int Offset(ReadOnlySpan<byte> image, int header) =>
        checked((int)BinaryPrimitives.ReadInt64LittleEndian(image[(header + 24)..]));

    private static ushort U16(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);

    private static uint U32(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image[at..]);
}
