using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LeVo.Core.Tests.Checkpoints;

/// <summary>Writes archives as <c>torch.save</c> does, and such as it never would: pickle opcodes one by one.</summary>
internal sealed class TorchArchiveBuilder
{
    private readonly MemoryStream pickle = new();
    private readonly List<(string Name, byte[] Bytes)> members = [];

    public TorchArchiveBuilder() => Raw(0x80, 2);

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

    public TorchArchiveBuilder Storage(string key, params float[] values)
    {
        var bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return Member("data/" + key, bytes);
    }

    /// <summary>Ends the pickle and writes the archive.</summary>
    public string Save(string path, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        Op('.');
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in members.Prepend(("data.pkl", pickle.ToArray())))
        {
            using Stream stream = zip.CreateEntry("archive/" + name, compression).Open();
            stream.Write(bytes);
        }
        return path;
    }
}
