using System.Runtime.InteropServices;
using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;

namespace LeVo.Core.Tests.Checkpoints;

/// <summary>Writes archives as <c>torch.save</c> does, and such as it never would: pickle opcodes one by one.</summary>
internal sealed class TorchArchiveBuilder
{
    private readonly MemoryStream pickle = new();
    private readonly List<(string Name, byte[] Bytes)> members = [];
    private bool wide;

    public TorchArchiveBuilder() => Raw(0x80, 2);

    /// <summary>The opcodes so far.</summary>
    public byte[] Pickle => pickle.ToArray();

    public TorchArchiveBuilder Raw(params ReadOnlySpan<byte> bytes)
    {
        pickle.Write(bytes);
        return this;
    }

    public TorchArchiveBuilder Op(params ReadOnlySpan<char> opcodes)
    {
        foreach (char opcode in opcodes)
            pickle.WriteByte((byte)opcode);
        return this;
    }

    public TorchArchiveBuilder Global(string module, string name) =>
        Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public TorchArchiveBuilder Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Op('X').Raw(BitConverter.GetBytes(bytes.Length)).Raw(bytes);
    }

    public TorchArchiveBuilder Int(long value) => Raw(0x8A, 8).Raw(BitConverter.GetBytes(value));

    public TorchArchiveBuilder Ints(params long[] values)
    {
        Op('(');
        foreach (long value in values)
            Int(value);
        return Op('t');
    }

    /// <summary>A tensor on the stack.</summary>
    public TorchArchiveBuilder Tensor(
        string storageType, string key, long count, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(')
            .Op('(').Text("storage").Global("torch", storageType).Text(key).Text("cuda:0").Int(count).Op('t', 'Q')
            .Int(offset).Ints(shape).Ints(strides).Raw(0x89).Global("collections", "OrderedDict")
            .Op(')', 'R', 't', 'R');

    public TorchArchiveBuilder Member(string name, byte[] bytes)
    {
        members.Add((name, bytes));
        return this;
    }

    public TorchArchiveBuilder Storage(string key, params float[] values) =>
        Member("data/" + key, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Writes sizes and places as files beyond 4 GiB have them.</summary>
    public TorchArchiveBuilder Wide()
    {
        wide = true;
        return this;
    }

    /// <summary>Ends the pickle and writes the archive, storages aligned as <c>torch.save</c> does.</summary>
    public string Save(string path, bool compressed = false)
    {
        Op('.');
        using var file = new MemoryStream();
        using var directory = new MemoryStream();
        foreach ((string name, byte[] bytes) in members.Prepend(("data.pkl", pickle.ToArray())))
        {
            byte[] full = Encoding.UTF8.GetBytes("archive/" + name);
            long local = file.Position;
            int padding = (int)((64 - (local + 30 + full.Length) % 64) % 64);
            file.Write(Local(full.Length, padding, bytes.Length));
            file.Write(full);
            file.Write(new byte[padding]);
            file.Write(bytes);
            directory.Write(Central(full, bytes.Length, local, compressed));
        }
        long start = file.Position;
        directory.WriteTo(file);
        file.Write(End(start, directory.Length, file.Position));
        File.WriteAllBytes(path, file.ToArray());
        return path;
    }

    private static byte[] Local(int nameLength, int padding, int length)
    {
        var header = new byte[30];
        WriteUInt32LittleEndian(header, 0x04034B50);
        WriteInt32LittleEndian(header.AsSpan(18), length);
        WriteInt32LittleEndian(header.AsSpan(22), length);
        WriteUInt16LittleEndian(header.AsSpan(26), (ushort)nameLength);
        WriteUInt16LittleEndian(header.AsSpan(28), (ushort)padding);
        return header;
    }

    private byte[] Central(byte[] name, long length, long local, bool compressed)
    {
        var header = new byte[46];
        byte[] extra = wide ? [9, 9, 2, 0, 0, 0, 1, 0, 24, 0, .. Bytes(length), .. Bytes(length), .. Bytes(local)] : [];
        WriteUInt32LittleEndian(header, 0x02014B50);
        WriteUInt16LittleEndian(header.AsSpan(10), (ushort)(compressed ? 8 : 0));
        WriteUInt32LittleEndian(header.AsSpan(20), Narrow(length));
        WriteUInt32LittleEndian(header.AsSpan(24), Narrow(length));
        WriteUInt16LittleEndian(header.AsSpan(28), (ushort)name.Length);
        WriteUInt16LittleEndian(header.AsSpan(30), (ushort)extra.Length);
        WriteUInt32LittleEndian(header.AsSpan(42), Narrow(local));
        return [.. header, .. name, .. extra];
    }

    private byte[] End(long start, long size, long end64)
    {
        var end = new byte[22];
        WriteUInt32LittleEndian(end, 0x06054B50);
        WriteUInt32LittleEndian(end.AsSpan(12), Narrow(size));
        WriteUInt32LittleEndian(end.AsSpan(16), Narrow(start));
        if (!wide)
            return end;
        var wideEnd = new byte[56 + 20];
        WriteUInt32LittleEndian(wideEnd, 0x06064B50);
        WriteInt64LittleEndian(wideEnd.AsSpan(40), size);
        WriteInt64LittleEndian(wideEnd.AsSpan(48), start);
        WriteUInt32LittleEndian(wideEnd.AsSpan(56), 0x07064B50);
        WriteInt64LittleEndian(wideEnd.AsSpan(64), end64);
        return [.. wideEnd, .. end];
    }

    private uint Narrow(long value) => wide ? uint.MaxValue : (uint)value;

    private static byte[] Bytes(long value) => BitConverter.GetBytes(value);
}
