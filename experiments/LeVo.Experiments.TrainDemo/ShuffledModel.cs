using System.Runtime.InteropServices;
using LeVo.Core.Checkpoints;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// A copy of a model folder whose language model has the elements of each tensor in random order: the same distribution of
/// weights without anything learnt. Its scores are the baseline.
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
        using (Checkpoint file = Checkpoint.Open(path))
            Shuffle(bytes, file, new Random(seed));
        File.WriteAllBytes(path, bytes);
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Shuffle(byte[] bytes, Checkpoint file, Random random)
    {
        foreach (StoredTensor tensor in file.Tensors.Values)
            random.Shuffle(MemoryMarshal.Cast<byte, Half>(bytes.AsSpan((int)tensor.Offset, (int)tensor.ByteCount)));
    }
}
