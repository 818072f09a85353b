using System.Text;

namespace LeVo.Testing.Gguf;

/// <summary>Writes GGUF files, good ones and, by its fields, bad ones.</summary>
public sealed class GgufWriter
{
    private readonly MemoryStream metadata = new();
    private readonly List<(string Name, uint Type, long[] Shape, byte[] Data)> tensors = [];
    private int entries;

    /// <param name="architecture">What the file holds, or null for a file that does not say.</param>
    public GgufWriter(string? architecture)
    {
        if (architecture is not null)
            Set("general.architecture", architecture);
    }

    public uint Version { get; init; } = 3;

    /// <summary>Multiple at which tensors start.</summary>
    public int Alignment { get; init; } = 32;

    /// <summary>Changes the offset of a tensor in the data.</summary>
    public Func<string, ulong, ulong>? Offset { get; init; }

    public GgufWriter Set(string key, string value) => Entry(key, 8, writer => Write(writer, value));

    public GgufWriter Set(string key, int value) => Entry(key, 4, writer => writer.Write((uint)value));

    public GgufWriter Set(string key, float value) => Entry(key, 6, writer => writer.Write(value));

    public GgufWriter Set(string key, IReadOnlyCollection<int> values) => Array(key, 5, values, (writer, value) => writer.Write(value));

    public GgufWriter Set(string key, IReadOnlyCollection<string> values) => Array(key, 8, values, Write);

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type in which it is stored.</param>
    /// <param name="values">Its values, row-major.</param>
    /// <param name="shape">Its shape, the slowest dimension first.</param>
    public GgufWriter Add(string name, GgufTensorType type, float[] values, params long[] shape) =>
        AddRaw(name, (uint)type, GgufQuantizer.Encode(type, values), shape);

    /// <summary>Adds a tensor of any type.</summary>
    public GgufWriter AddRaw(string name, uint type, byte[] data, params long[] shape)
    {
        tensors.Add((name, type, shape, data));
        return this;
    }

    public byte[] ToArray()
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)entries);
        writer.Write(metadata.ToArray());
        ulong offset = 0;
        foreach ((string name, uint type, long[] shape, byte[] data) in tensors)
        {
            Write(writer, name);
            writer.Write((uint)shape.Length);
            foreach (long size in shape.Reverse())
                writer.Write((ulong)size);
            writer.Write(type);
            writer.Write(Offset?.Invoke(name, offset) ?? offset);
            offset = Aligned(offset + (ulong)data.Length);
        }
        foreach ((_, _, _, byte[] data) in tensors)
        {
            writer.Write(new byte[Aligned((ulong)file.Length) - (ulong)file.Length]);
            writer.Write(data);
        }
        return file.ToArray();
    }

    public void Save(string path) => File.WriteAllBytes(path, ToArray());

    private ulong Aligned(ulong position) => (position + (ulong)Alignment - 1) / (ulong)Alignment * (ulong)Alignment;

    private GgufWriter Array<T>(string key, uint type, IReadOnlyCollection<T> values, Action<BinaryWriter, T> write) =>
        Entry(key, 9, writer =>
        {
            writer.Write(type);
            writer.Write((ulong)values.Count);
            foreach (T value in values)
                write(writer, value);
        });

    private GgufWriter Entry(string key, uint type, Action<BinaryWriter> write)
    {
        using var writer = new BinaryWriter(metadata, Encoding.UTF8, leaveOpen: true);
        Write(writer, key);
        writer.Write(type);
        write(writer);
        entries++;
        return this;
    }

    private static void Write(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
}
