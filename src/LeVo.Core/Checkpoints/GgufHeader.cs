namespace LeVo.Core.Checkpoints;

/// <summary>
/// The header of a GGUF file (the container of GGML, version 3), fully validated before memory for tensors is
/// allocated. Shapes are in the usual order, the slowest dimension first.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Values">Scalars and strings of the metadata, as text.</param>
/// <param name="Arrays">Arrays of the metadata.</param>
/// <param name="Tensors">The tensors under the file's own names.</param>
internal sealed record GgufHeader(string Path, IReadOnlyDictionary<string, string> Values,
    IReadOnlyDictionary<string, GgufArray> Arrays, IReadOnlyDictionary<string, StoredTensor> Tensors)
{
    /// <summary>The key of the architecture's name.</summary>
    public const string ArchitectureKey = "general.architecture";

    private const string AlignmentKey = "general.alignment";
    private const int LeastEntryBytes = 12; // the length of a name, and a type or a rank
    private const uint Version = 3, CompatibleVersion = 2;

    /// <summary>The first bytes of a file.</summary>
    public static ReadOnlySpan<byte> Magic => "GGUF"u8;

    /// <summary>What the file holds, or null when it does not say.</summary>
    public string? Architecture => Values.GetValueOrDefault(ArchitectureKey);

    /// <summary>Whether a file's name says that it is a GGUF file.</summary>
    public static bool Is(string path) => System.IO.Path.GetExtension(path).Equals(".gguf", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidDataException">It is not a valid GGUF file.</exception>
    /// <exception cref="IOException">It is missing or can't be read.</exception>
    public static GgufHeader Read(string path)
    {
        using TensorFile file = TensorFile.Open(path);
        return Read(file);
    }

    /// <summary>Reads and checks the header: names, types, shapes, and that the tensors lie in the file without
    /// overlap.</summary>
    /// <exception cref="InvalidDataException">The header is invalid; the message contains the file and the key or
    /// tensor.</exception>
    public static GgufHeader Read(TensorFile file)
    {
        var reader = new GgufReader(file, 0);
        if (reader.ReadUInt32() != BitConverter.ToUInt32(Magic))
            throw reader.Broken("is not a GGUF file");
        uint version = reader.ReadUInt32();
        if (version is not (Version or CompatibleVersion))
        {
            bool swapped = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(version) == Version;
            throw reader.Broken(swapped ? "is a big-endian GGUF file" : $"is a GGUF file of version {version}, not {Version}");
        }
        long tensors = reader.ReadCount("tensors", LeastEntryBytes);
        (Dictionary<string, string> values, Dictionary<string, GgufArray> arrays) =
            ReadMetadata(reader, reader.ReadCount("metadata entries", LeastEntryBytes));
        return new(file.Path, values, arrays, GgufDirectory.Read(reader, tensors, values.GetValueOrDefault(AlignmentKey)));
    }

    /// <summary>Reads the strings of an array; null when the file has none of this name.</summary>
    /// <exception cref="InvalidDataException">The array does not hold strings.</exception>
    public string[]? ReadStrings(string key)
    {
        if (!Arrays.TryGetValue(key, out GgufArray? array))
            return null;
        if (array.Type != GgufValueType.String)
            throw new InvalidDataException($"'{Path}': '{key}' holds {array.Type}, not strings.");
        return ReadItems(array, reader => reader.ReadString());
    }

    /// <summary>Reads the integers of an array; null when the file has none of this name.</summary>
    /// <exception cref="InvalidDataException">The array does not hold integers of 32 bits.</exception>
    public int[]? ReadIntegers(string key) => Arrays.TryGetValue(key, out GgufArray? array)
        ? ReadItems(array, reader => int.TryParse(reader.ReadScalar(array.Type), out int number)
            ? number
            : throw new InvalidDataException($"'{Path}': '{key}' holds values that are not integers."))
        : null;

    private T[] ReadItems<T>(GgufArray array, Func<GgufReader, T> read)
    {
        using TensorFile file = TensorFile.Open(Path);
        var reader = new GgufReader(file, array.Offset);
        var items = new T[array.Count];
        for (int i = 0; i < items.Length; i++)
            items[i] = read(reader);
        return items;
    }

    private static (Dictionary<string, string>, Dictionary<string, GgufArray>) ReadMetadata(GgufReader reader, long count)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var arrays = new Dictionary<string, GgufArray>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            string key = reader.ReadString();
            GgufValueType type = ReadType(reader, key);
            bool added = type switch
            {
                GgufValueType.Array => arrays.TryAdd(key, ReadArray(reader, key)),
                GgufValueType.String => values.TryAdd(key, reader.ReadString()),
                _ => values.TryAdd(key, reader.ReadScalar(type)!),
            };
            if (!added || (values.ContainsKey(key) && arrays.ContainsKey(key)))
                throw reader.Broken($"has the metadata key '{key}' twice");
        }
        return (values, arrays);
    }

    private static GgufArray ReadArray(GgufReader reader, string key)
    {
        GgufValueType type = ReadType(reader, key);
        if (type == GgufValueType.Array)
            throw reader.Broken($"has arrays within the array '{key}', which is not supported");
        long count = reader.ReadCount($"items of '{key}'", GgufValues.Size(type) ?? sizeof(ulong));
        if (count > Array.MaxLength)
            throw reader.Broken($"has {count} items of '{key}'");
        var array = new GgufArray(type, count, reader.Position);
        reader.Skip(type, count);
        return array;
    }

    private static GgufValueType ReadType(GgufReader reader, string key)
    {
        uint type = reader.ReadUInt32();
        return type <= (uint)GgufValueType.Float64
            ? (GgufValueType)type
            : throw reader.Broken($"has a value of the unknown type {type} under '{key}'");
    }
}
