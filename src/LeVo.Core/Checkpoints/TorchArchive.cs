using System.Text;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// A zip archive of <c>torch.save</c>: a pickle that describes tensors, and their storages, which are not read.
/// </summary>
/// <param name="Content">The pickled value: <see cref="PickleDict"/>, lists, tuples (arrays), numbers, strings,
/// <see cref="TorchTensor"/>.</param>
/// <param name="Tensors">Its tensors by name; the names of nested containers are joined with dots.</param>
internal sealed record TorchArchive(object? Content, IReadOnlyDictionary<string, StoredTensor> Tensors)
{
    private const int MaxPickleBytes = 1 << 24;
    private const int MaxRank = 64;

    // Limit for tensors that repeat their values (stride 0) and may therefore be larger than their file.
    private const long MaxExpandedBytes = 1 << 28;

    /// <summary>
    /// Reads an archive. Foreign objects beside the tensors become placeholders (<see cref="PickleObject"/>).
    /// </summary>
    /// <param name="file">The archive.</param>
    /// <param name="known">The names of a model: only the tensors under its prefix (<see cref="TensorNames"/>) are wanted. Null
    /// for the tensors under the key <c>state_dict</c> if there is one, otherwise all.</param>
    /// <exception cref="InvalidDataException">The archive is corrupt, or its pickle has unknown objects and no
    /// tensors.</exception>
    public static TorchArchive Read(TensorFile file, IReadOnlySet<string>? known = null)
    {
        IReadOnlyDictionary<string, ZipMember> members = ZipDirectory.Read(file);
        ZipMember[] pickles = [.. members.Values.Where(member => Path.GetFileName(member.Name) == "data.pkl")];
        if (pickles.Length != 1 || pickles[0].Length > MaxPickleBytes)
            throw Broken(file, $"it has {pickles.Length} members 'data.pkl', or one that is too large");
        string root = pickles[0].Name[..^"data.pkl".Length];
        if (members.TryGetValue(root + "byteorder", out ZipMember? order) && Text(file, order) != "little")
            throw Broken(file, "its numbers are big-endian");
        byte[] pickle = new byte[pickles[0].Length];
        file.Read(pickles[0].Offset, pickle);
        try
        {
            var symbols = new TorchSymbols();
            object? content = new Unpickler(pickle, symbols).Read();
            object? states =
                known is null && content is PickleDict outer && outer["state_dict"] is PickleDict inner ? inner : content;
            var found = new TensorCollector();
            found.Visit(states, "", 0);
            if (found.Tensors.Count == 0 && symbols.Unknown is { } unknown)
            {
                throw new InvalidDataException($"the pickle names '{unknown}', which is neither a tensor nor a plain "
                    + "container, and has no dictionary of tensors; save the state_dict() of a module, not the module");
            }
            string prefix = known is null ? "" : TensorNames.Prefix(found.Tensors.Keys, known) ?? "";
            var check = new TensorCheck(file, members, root + "data/");
            return new(content, found.Tensors.Where(pair => TensorNames.Strip(pair.Key, prefix) is not null)
                .ToDictionary(pair => pair.Key, pair => check.Check(pair.Key, pair.Value), StringComparer.Ordinal));
        }
        catch (InvalidDataException e)
        {
            throw Broken(file, e.Message);
        }
    }

    private static string Text(TensorFile file, ZipMember member)
    {
        byte[] bytes = new byte[Math.Min(member.Length, 16)];
        file.Read(member.Offset, bytes);
        return Encoding.ASCII.GetString(bytes);
    }

    private static InvalidDataException Broken(TensorFile file, string problem) =>
        new($"'{file.Path}' can't be loaded: {problem}.");

    /// <summary>Validates tensors against their storages.</summary>
    private sealed class TensorCheck(TensorFile file, IReadOnlyDictionary<string, ZipMember> members, string storages)
    {
        public StoredTensor Check(string name, TorchTensor tensor)
        {
            long size = tensor.Type.Size();
            TorchStorage storage = tensor.Storage;
            if (!members.TryGetValue(storages + storage.Key, out ZipMember? member))
                throw new InvalidDataException($"the storage '{storage.Key}' of '{name}' is missing");
            Int128 claimed = (Int128)storage.Count * (storage.Type is ElementType type ? type.Size() : 1);
            if (claimed < 0 || claimed > member.Length)
                throw new InvalidDataException(
                    $"the storage '{storage.Key}' of '{name}' has {member.Length} bytes, not {claimed}");
            if (tensor.Shape.Length != tensor.Strides.Length || tensor.Shape.Length > MaxRank
                || tensor.Offset < 0 || tensor.Shape.Any(n => n < 0) || tensor.Strides.Any(n => n < 0)
                || SafetensorsHeader.ByteCount(tensor.Shape, (int)size) is not long bytes
                || bytes > Math.Max(file.Length, MaxExpandedBytes))
                throw new InvalidDataException(
                    $"'{name}' has the invalid shape {StoredTensor.Text(tensor.Shape)}, strides " +
                    $"{StoredTensor.Text(tensor.Strides)} or offset {tensor.Offset}");
            Int128 last = tensor.Offset;
            for (int d = 0; d < tensor.Shape.Length; d++)
                last += (Int128)(tensor.Shape[d] - 1) * tensor.Strides[d];
            if (bytes > 0 && last >= claimed / size)
                throw new InvalidDataException($"'{name}' {StoredTensor.Text(tensor.Shape)} reaches element {last} " +
                    $"of the storage '{storage.Key}', which has {claimed / size}");
            long offset = bytes > 0 ? tensor.Offset * size : 0;
            return new(name, tensor.Type, tensor.Shape, tensor.Strides, member.Offset + offset);
        }
    }
}
