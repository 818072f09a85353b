namespace LeVo.Core.Checkpoints;

/// <summary>A type of tensors in GGUF files.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Element">The type of its values; float32 for quantised ones.</param>
/// <param name="Blocks">The encoding of quantised values, or null.</param>
internal sealed record GgufType(string Name, ElementType Element, BlockEncoding? Blocks = null)
{
    private static readonly Dictionary<uint, GgufType> Readable = new()
    {
        [0] = new("F32", ElementType.Float32),
        [1] = new("F16", ElementType.Float16),
        [8] = Of(GgufBlocks.Q8),
        [12] = Of(GgufBlocks.Q4K),
        [13] = Of(GgufBlocks.Q5K),
        [14] = Of(GgufBlocks.Q6K),
        [24] = new("I8", ElementType.Int8),
        [25] = new("I16", ElementType.Int16),
        [26] = new("I32", ElementType.Int32),
        [27] = new("I64", ElementType.Int64),
        [28] = new("F64", ElementType.Float64),
        [30] = new("BF16", ElementType.BFloat16),
    };

    private static readonly Dictionary<uint, string> Others = new()
    {
        [2] = "Q4_0",
        [3] = "Q4_1",
        [6] = "Q5_0",
        [7] = "Q5_1",
        [9] = "Q8_1",
        [10] = "Q2_K",
        [11] = "Q3_K",
        [15] = "Q8_K",
        [20] = "IQ4_NL",
        [23] = "IQ4_XS",
    };

    /// <summary>Values that are stored together, 1 without blocks.</summary>
    public int BlockValues => Blocks?.Values ?? 1;

    /// <summary>Bytes of <see cref="BlockValues"/> values.</summary>
    public int BlockBytes => Blocks?.Bytes ?? Element.Size();

    /// <summary>The type of an id.</summary>
    /// <exception cref="InvalidDataException">It can't be read; the message is the end of a sentence about the
    /// tensor.</exception>
    public static GgufType Find(uint id) => Readable.TryGetValue(id, out GgufType? type)
        ? type
        : throw new InvalidDataException($"has the type {(Others.TryGetValue(id, out string? name) ? name : $"number {id}")}, "
            + $"which is not supported; supported are {string.Join(", ", Readable.Values.Select(known => known.Name))}");

    private static GgufType Of(BlockEncoding blocks) => new(blocks.Name, ElementType.Float32, blocks);
}
