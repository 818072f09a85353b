using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;

namespace LeVo.Core.Checkpoints;

/// <summary>A member of a zip archive: the location of its uncompressed bytes in the file.</summary>
internal sealed record ZipMember(string Name, long Offset, long Length);

/// <summary>
/// The directory of a zip archive whose members are stored, not compressed (as <c>torch.save</c> writes them).
/// </summary>
internal static class ZipDirectory
{
    private const uint EndMark = 0x06054B50, End64Mark = 0x06064B50, LocatorMark = 0x07064B50;
    private const uint MemberMark = 0x02014B50, LocalMark = 0x04034B50;
    private const int EndSize = 22, End64Size = 56, LocatorSize = 20, MemberSize = 46, LocalSize = 30;
    private const long MaxDirectoryBytes = 1 << 28;

    /// <summary>All members by name.</summary>
    /// <exception cref="InvalidDataException">The archive is truncated, corrupt, compressed or encrypted.</exception>
    public static IReadOnlyDictionary<string, ZipMember> Read(TensorFile file)
    {
        (long start, long size) = FindDirectory(file);
        if (start < 0 || size < 0 || size > MaxDirectoryBytes || start > file.Length - size)
            throw Broken(file, "its directory starts after its end");
        byte[] directory = new byte[size];
        file.Read(start, directory);
        var members = new Dictionary<string, ZipMember>(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = directory;
        while (rest.Length >= MemberSize && ReadUInt32LittleEndian(rest) == MemberMark)
        {
            int nameLength = ReadUInt16LittleEndian(rest[28..]), extraLength = ReadUInt16LittleEndian(rest[30..]);
            int length = MemberSize + nameLength + extraLength + ReadUInt16LittleEndian(rest[32..]);
            if (length > rest.Length)
                throw Broken(file, "its directory is truncated");
            string name = Encoding.UTF8.GetString(rest.Slice(MemberSize, nameLength));
            if (!members.TryAdd(name, ReadMember(file, name, rest, rest.Slice(MemberSize + nameLength, extraLength))))
                throw Broken(file, $"'{name}' occurs twice");
            rest = rest[length..];
        }
        return rest.IsEmpty ? members : throw Broken(file, "its directory has an unknown entry");
    }

    private static (long Start, long Size) FindDirectory(TensorFile file)
    {
        byte[] tail = new byte[Math.Min(file.Length, EndSize + ushort.MaxValue)];
        file.Read(file.Length - tail.Length, tail);
        int end = tail.Length - EndSize;
        while (end >= 0 && (ReadUInt32LittleEndian(tail.AsSpan(end)) != EndMark
            || ReadUInt16LittleEndian(tail.AsSpan(end + 20)) > tail.Length - end - EndSize))
            end--;
        if (end < 0)
            throw Broken(file, "it has no directory at its end; is the download complete?");
        long start = ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        long size = ReadUInt32LittleEndian(tail.AsSpan(end + 12));
        int locator = end - LocatorSize;
        if (locator < 0 || ReadUInt32LittleEndian(tail.AsSpan(locator)) != LocatorMark)
            return (start, size);
        long end64 = ReadInt64LittleEndian(tail.AsSpan(locator + 8));
        Span<byte> record = stackalloc byte[End64Size];
        if (end64 < 0 || end64 > file.Length - End64Size)
            throw Broken(file, "its directory starts after its end");
        file.Read(end64, record);
        return ReadUInt32LittleEndian(record) == End64Mark
            ? (ReadInt64LittleEndian(record[48..]), ReadInt64LittleEndian(record[40..]))
            : throw Broken(file, "its 64-bit directory is not at the expected offset");
    }

    private static ZipMember ReadMember(
        TensorFile file, string name, ReadOnlySpan<byte> member, ReadOnlySpan<byte> extra)
    {
        if ((member[8] & 1) != 0 || ReadUInt16LittleEndian(member[10..]) != 0)
            throw Broken(file, $"'{name}' is compressed or encrypted, which is not supported; load the file with " +
                "PyTorch and save it again");
        long stored = ReadUInt32LittleEndian(member[20..]), length = ReadUInt32LittleEndian(member[24..]);
        long local = ReadUInt32LittleEndian(member[42..]);
        ReadOnlySpan<byte> wide = Zip64(extra);
        length = Widen(length, ref wide);
        stored = Widen(stored, ref wide);
        local = Widen(local, ref wide);
        Span<byte> header = stackalloc byte[LocalSize];
        if (stored != length || length < 0 || local < 0 || local > file.Length - LocalSize)
            throw Broken(file, $"'{name}' has invalid sizes");
        file.Read(local, header);
        long offset = local + LocalSize + ReadUInt16LittleEndian(header[26..]) + ReadUInt16LittleEndian(header[28..]);
        if (ReadUInt32LittleEndian(header) != LocalMark || offset > file.Length - length)
            throw Broken(file, $"'{name}' ends after the archive's end");
        return new(name, offset, length);
    }

    private static ReadOnlySpan<byte> Zip64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = Math.Min(ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (ReadUInt16LittleEndian(extra) == 1)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }
        return [];
    }

    /// <summary>A 32-bit field of all ones is replaced by the next 64-bit field.</summary>
    private static long Widen(long value, ref ReadOnlySpan<byte> wide)
    {
        if (value != uint.MaxValue || wide.Length < 8)
            return value;
        long result = ReadInt64LittleEndian(wide);
        wide = wide[8..];
        return result;
    }

    private static InvalidDataException Broken(TensorFile file, string problem) =>
        new($"'{file.Path}' is not a complete archive of torch.save: {problem}.");
}
