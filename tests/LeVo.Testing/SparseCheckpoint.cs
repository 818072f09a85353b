using System.Text;
using System.Text.Json.Nodes;
using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;

namespace LeVo.Testing;

/// <summary>A safetensors file with all names and shapes of a listing and no values: it takes no room on disk.</summary>
internal static class SparseCheckpoint
{
    public static void Write(string path, IEnumerable<TensorInfo> tensors, ElementType type, string prefix = "")
    {
        var header = new JsonObject();
        long offset = 0;
        foreach (TensorInfo tensor in tensors)
        {
            long end = offset + tensor.Count * type.Size();
            header[prefix + tensor.Name] = new JsonObject
            {
                ["dtype"] = type.SafetensorsName(),
                ["shape"] = new JsonArray([.. tensor.Shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }
        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)text.Length));
        file.Write(text);
        file.SetLength(file.Position + offset);
    }
}
