using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// A copy of a model folder whose language model has every tensor's elements in random order: what the weights know is gone,
/// their distribution is not. What such a model scores is what a score is worth without having learnt anything.
/// </summary>
internal sealed class ShuffledModel : IDisposable
{
    private const string LanguageModel = "model.safetensors";

    public ShuffledModel(string modelFolder, int seed)
    {
        Folder = Directory.CreateTempSubdirectory("levo-shuffled-").FullName;
        foreach (string file in Directory.EnumerateFiles(modelFolder, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(Folder, Path.GetRelativePath(modelFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        string path = Path.Combine(Folder, LanguageModel);
        byte[] bytes = File.ReadAllBytes(path);
        Shuffle(bytes, new Random(seed));
        File.WriteAllBytes(path, bytes);
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Shuffle(byte[] file, Random random)
    {
        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        Span<byte> data = file.AsSpan(8 + headerLength);
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            JsonElement offsets = tensor.Value.GetProperty("data_offsets");
            int start = offsets[0].GetInt32(), end = offsets[1].GetInt32();
            random.Shuffle(MemoryMarshal.Cast<byte, Half>(data[start..end]));
        }
    }
}
