using System.IO.Compression;

namespace LeVo.Codec.Tests.Separation;

/// <summary>Writes an archive as <c>torch.save</c> does, opcode by opcode.</summary>
internal sealed class PickleArchive
{
    private readonly MemoryStream pickle = new();
    private readonly List<byte[]> storages = [];

    public PickleArchive() => pickle.Write([0x80, 2]);

    public PickleArchive Op(params ReadOnlySpan<char> opcodes)
    {
        foreach (char opcode in opcodes)
            pickle.WriteByte((byte)opcode);
        return this;
    }

    public PickleArchive Global(string module, string name)
    {
        pickle.Write(System.Text.Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));
        return this;
    }

    public PickleArchive Text(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        pickle.Write([(byte)'X', .. BitConverter.GetBytes(bytes.Length), .. bytes]);
        return this;
    }

    public PickleArchive Int(long value)
    {
        pickle.Write([0x8A, 8, .. BitConverter.GetBytes(value)]);
        return this;
    }

    public PickleArchive Setting(string name, long value) => Text(name).Int(value);

    /// <summary>A tensor of 16-bit floating-point numbers.</summary>
    public PickleArchive Halves(float[] values, long[] shape)
    {
        storages.Add([.. values.SelectMany(value => BitConverter.GetBytes((Half)value))]);
        Global("torch._utils", "_rebuild_tensor_v2").Op('(', '(').Text("storage").Global("torch", "HalfStorage")
            .Text($"{storages.Count - 1}").Text("cuda:0").Int(values.Length).Op('t', 'Q').Int(0).Op('(');
        foreach (long size in shape)
            Int(size);
        Op('t', '(');
        for (int d = 0; d < shape.Length; d++)
            Int(shape[(d + 1)..].Aggregate(1L, (product, size) => product * size));
        return Op('t', (char)0x89).Global("collections", "OrderedDict").Op(')', 'R', 't', 'R');
    }

    public void Save(string path)
    {
        Op('.');
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Add("data.pkl", pickle.ToArray());
        foreach ((int i, byte[] bytes) in storages.Index())
            Add($"data/{i}", bytes);

        void Add(string name, byte[] bytes)
        {
            using Stream entry = zip.CreateEntry("archive/" + name, CompressionLevel.NoCompression).Open();
            entry.Write(bytes);
        }
    }
}
