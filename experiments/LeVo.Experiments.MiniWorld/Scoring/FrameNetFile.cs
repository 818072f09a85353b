using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>Nets in one small safetensors file, 16-bit floats, each net's tensors under its name.</summary>
internal static class FrameNetFile
{
    private sealed record Entry(string dtype, long[] shape, long[] data_offsets);

    public static void Save(string path, params (string Name, FrameNet Net)[] nets)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var entries = new Dictionary<string, Entry>();
        using var data = new MemoryStream();
        foreach ((string name, Tensor value) in Tensors(nets))
        {
            Half[] halves = [.. value.cpu().contiguous().data<float>().Select(v => (Half)v)];
            long start = data.Length;
            data.Write(MemoryMarshal.AsBytes(halves.AsSpan()));
            entries.Add(name, new Entry("F16", value.shape, [start, data.Length]));
        }
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(entries);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = path + ".tmp";
        using (FileStream file = File.Create(temporary))
        {
            Span<byte> size = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(size, header.Length);
            file.Write(size);
            file.Write(header);
            data.WriteTo(file);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <exception cref="InvalidDataException">The file does not hold these nets.</exception>
    public static void Load(string path, params (string Name, FrameNet Net)[] nets)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            int header = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
            var entries = JsonSerializer.Deserialize<Dictionary<string, Entry>>(bytes.AsSpan(8, header))!;
            foreach ((string name, Tensor value) in Tensors(nets))
            {
                Entry entry = entries[name];
                if (entry.dtype != "F16" || !entry.shape.SequenceEqual(value.shape))
                    throw new InvalidDataException($"'{name}' in {path} has another shape or type.");
                Span<byte> raw = bytes.AsSpan(8 + header)[(int)entry.data_offsets[0]..(int)entry.data_offsets[1]];
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(raw);
                var values = new float[halves.Length];
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)halves[i];
                value.copy_(tensor(values).view(value.shape));
            }
        }
        catch (Exception e) when (e is KeyNotFoundException or JsonException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"{path} is not a file of recognisers: {e.Message}", e);
        }
    }

    // Weights and running statistics; the step counters of the norms are of no use.
    private static IEnumerable<(string Name, Tensor Value)> Tensors((string Name, FrameNet Net)[] nets) =>
        from net in nets
        from entry in net.Net.state_dict()
        where entry.Value.is_floating_point()
        select ($"{net.Name}.{entry.Key}", entry.Value);
}
