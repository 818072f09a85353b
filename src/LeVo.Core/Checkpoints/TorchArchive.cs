using System.Globalization;
using System.Text;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// A zip archive of <c>torch.save</c>: a pickle that describes tensors, and their storages, which are not read.
/// </summary>
/// <param name="Content">The pickled value: <see cref="PickleDict"/>, lists, tuples (arrays), numbers, strings,
/// <see cref="TorchTensor"/>.</param>
/// <param name="Tensors">Its tensors by name: those under the key <c>state_dict</c> if there is one, otherwise all;
/// the names of nested containers are joined with dots.</param>
internal sealed record TorchArchive(object? Content, IReadOnlyDictionary<string, StoredTensor> Tensors)
{
    private const int MaxPickleBytes = 1 << 24;
    private const int MaxDepth = 64;
    private const int MaxItems = 1 << 22;
    private const int MaxRank = 64;

    // Limit for tensors that repeat their values (stride 0) and may therefore be larger than their file.
    private const long MaxExpandedBytes = 1 << 28;

    /// <param name="file">The archive.</param>
    /// <param name="keepUnknown">Keep unknown names as placeholders (<see cref="PickleGlobal"/>,
    /// <see cref="PickleObject"/>) instead of rejecting them.</param>
    /// <exception cref="InvalidDataException">The archive is corrupt, or its pickle refers to something other than
    /// tensors and containers.</exception>
    public static TorchArchive Read(TensorFile file, bool keepUnknown = false)
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
            object? content = new Unpickler(pickle, new TorchSymbols(keepUnknown)).Read();
            object? states = content is PickleDict outer && outer["state_dict"] is PickleDict inner ? inner : content;
            var collector = new Collector(file, members, root + "data/");
            collector.Visit(states, "", 0);
            return new(content, collector.Tensors);
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

    /// <summary>Traverses containers and validates every tensor against its storage.</summary>
    private sealed class Collector(TensorFile file, IReadOnlyDictionary<string, ZipMember> members, string storages)
    {
        private int items;

        public Dictionary<string, StoredTensor> Tensors { get; } = new(StringComparer.Ordinal);

        public void Visit(object? value, string name, int depth)
        {
            if (depth > MaxDepth || ++items > MaxItems)
                throw new InvalidDataException("its containers are nested too deeply or have too many items");
            switch (value)
            {
                case TorchTensor tensor when !Tensors.TryAdd(name, Check(name, tensor)):
                    throw new InvalidDataException($"'{name}' occurs twice");
                case PickleDict dictionary:
                    foreach ((object? key, object? item) in dictionary)
                        if (key is string or long)
                            Visit(item, Join(name, Convert.ToString(key, CultureInfo.InvariantCulture)!), depth + 1);
                    break;
                case IReadOnlyList<object?> list:
                    for (int i = 0; i < list.Count; i++)
                        Visit(list[i], Join(name, i.ToString(CultureInfo.InvariantCulture)), depth + 1);
                    break;
            }
        }

        private static string Join(string outer, string inner) => outer.Length == 0 ? inner : $"{outer}.{inner}";

        private StoredTensor Check(string name, TorchTensor tensor)
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
