using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;
using LeVo.Core.Model;

namespace LeVo.Core.Adapters;

/// <summary>
/// A LoRA adapter as <c>peft</c> stores it. Its tensors are read into memory, and the file is closed.
/// </summary>
internal sealed class AdapterFile
{
    /// <summary>Name of the file with the tensors.</summary>
    public const string FileName = "adapter_model.safetensors";

    /// <summary>What precedes the names of the model's tensors.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>The key of the metadata with the hash of the checkpoint that the adapter was trained on.</summary>
    public const string BaseHash = "levo_base_hash";

    private AdapterFile(string name, string hash, Dictionary<string, LowRankPair> pairs) =>
        (Name, Hash, Pairs) = (name, hash, pairs);

    /// <summary>Name of its folder, or of its file where that has a name of its own.</summary>
    public string Name { get; }

    /// <summary>A hash of its content.</summary>
    public string Hash { get; }

    /// <summary>The matrices by the weight's name.</summary>
    public IReadOnlyDictionary<string, LowRankPair> Pairs { get; }

    /// <summary>The name of an adapter's tensor, without a prefix.</summary>
    /// <param name="weight">The weight's name.</param>
    /// <param name="part">"A" or "B".</param>
    public static string NameOf(string weight, string part) => $"{weight[..weight.LastIndexOf('.')]}.lora_{part}.weight";

    /// <summary>The hash of a checkpoint, as adapters keep it; the same for a copy with another name.</summary>
    public static string HashOf(string checkpoint) => ModelHash.Compute(ShardIndex.FilesOf(checkpoint), withNames: false);

    /// <summary>Reads an adapter.</summary>
    /// <param name="path">The folder, or the safetensors file.</param>
    /// <param name="tensors">The tensors of the model.</param>
    /// <param name="baseHash">The hash of the model's checkpoint, <see cref="HashOf"/>.</param>
    /// <exception cref="InvalidDataException">A file is corrupt, has tensors that do not fit the model, or the adapter was
    /// trained on another checkpoint.</exception>
    /// <exception cref="IOException">A file is missing or can't be read.</exception>
    public static AdapterFile Read(string path, LeLmTensors tensors, string baseHash)
    {
        string full = Path.GetFullPath(path), file = Directory.Exists(full) ? Path.Combine(full, FileName) : full;
        string folder = Path.GetDirectoryName(file)!, configPath = Path.Combine(folder, AdapterConfig.FileName);
        AdapterConfig config = AdapterConfig.Read(configPath);
        using Checkpoint checkpoint = Checkpoint.Open(file);
        if (checkpoint.Metadata.TryGetValue(BaseHash, out string? trainedOn) && trainedOn != baseHash)
        {
            throw new InvalidDataException($"'{file}' is an adapter of another model: it was trained on weights with the hash "
                + $"{trainedOn}, and this model's have {baseHash}.");
        }
        Dictionary<string, LowRankPair> pairs = Pair(file, checkpoint, config, tensors);
        string name = Path.GetFileName(file) == FileName ? Path.GetFileName(folder) : Path.GetFileName(file);
        return new(name, ModelHash.Compute([file, configPath]), pairs);
    }

    private static Dictionary<string, LowRankPair> Pair(
        string file, Checkpoint checkpoint, AdapterConfig config, LeLmTensors tensors)
    {
        TensorInfo[] matrices = [.. tensors.LayerMatrices];
        HashSet<string> known = [.. matrices.SelectMany(matrix => (string[])[NameOf(matrix.Name, "A"), NameOf(matrix.Name, "B")])];
        string prefix = TensorNames.Prefix(checkpoint.Tensors.Keys, known) ?? Prefix;
        if (checkpoint.Tensors.Keys.FirstOrDefault(name => TensorNames.Strip(name, prefix) is not { } rest || !known.Contains(rest))
            is { } other)
        {
            throw new InvalidDataException($"'{file}' has '{other}', which is no adapter of a matrix of this model.");
        }
        var pairs = new Dictionary<string, LowRankPair>(StringComparer.Ordinal);
        foreach (TensorInfo matrix in matrices)
        {
            StoredTensor? a = Find(matrix, "A"), b = Find(matrix, "B");
            if (a is null && b is null)
                continue;
            pairs.Add(matrix.Name, new(config.Rank,
                Values(file, checkpoint, a, NameOf(matrix.Name, "A"), [config.Rank, matrix.Shape[1]]),
                Values(file, checkpoint, b, NameOf(matrix.Name, "B"), [matrix.Shape[0], config.Rank]), config.Scale));
        }
        return pairs.Count > 0 ? pairs : throw new InvalidDataException($"'{file}' has no tensors.");

        StoredTensor? Find(TensorInfo matrix, string part) =>
            checkpoint.Tensors.GetValueOrDefault(prefix + NameOf(matrix.Name, part));
    }

    private static float[] Values(string file, Checkpoint checkpoint, StoredTensor? stored, string name, long[] shape)
    {
        if (stored is null)
            throw new InvalidDataException($"'{file}' lacks '{name}'.");
        if (!stored.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new InvalidDataException(
                $"'{file}': '{name}' has shape {StoredTensor.Text(stored.Shape)}, not {StoredTensor.Text(shape)}.");
        }
        if (stored.Blocks is not null)
            throw new InvalidDataException($"'{file}': '{name}' is quantised.");
        if (stored.Type is not (ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16))
            throw new InvalidDataException($"'{file}': '{name}' contains {stored.Type}.");
        byte[] bytes = new byte[stored.ByteCount];
        checkpoint.Read(stored.Name, 0, bytes);
        float[] values = new float[stored.Count];
        stored.Type.TryToFloat32(bytes, values);
        return TensorPrimitives.IsFiniteAll<float>(values)
            ? values
            : throw new InvalidDataException($"'{file}': '{name}' has numbers that are not finite.");
    }
}
