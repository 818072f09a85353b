namespace LeVo.Core.Checkpoints;

/// <summary>
/// How a quantised tensor is stored: blocks of values with common scales, along a row. The tensor's values are the
/// decoded ones, float32.
/// </summary>
/// <param name="Name">The format's name.</param>
/// <param name="Values">Values of a block.</param>
/// <param name="Bytes">Bytes of a block.</param>
/// <param name="DecodeBlock">Decodes one block.</param>
internal sealed record BlockEncoding(string Name, int Values, int Bytes, DecodeBlock DecodeBlock)
{
    /// <summary>Values of the largest block.</summary>
    public const int MostValues = 256;

    /// <summary>Index of the block of a value.</summary>
    public long BlockOf(long value) => value / Values;

    /// <summary>Bytes of the blocks that contain values.</summary>
    /// <param name="first">The first value.</param>
    /// <param name="count">Number of values, at least one.</param>
    public long SpanBytes(long first, long count) => (BlockOf(first + count - 1) - BlockOf(first) + 1) * Bytes;

    /// <summary>Decodes values.</summary>
    /// <param name="blocks">Blocks, from the one of the first value on.</param>
    /// <param name="skip">Position of the first value in the first block.</param>
    /// <param name="destination">Receives the values.</param>
    public void Decode(ReadOnlySpan<byte> blocks, int skip, Span<float> destination)
    {
        Span<float> whole = stackalloc float[MostValues];
        while (destination.Length > 0)
        {
            int count = Math.Min(Values - skip, destination.Length);
            if (count == Values)
            {
                DecodeBlock(blocks[..Bytes], destination[..Values]);
            }
            else
            {
                DecodeBlock(blocks[..Bytes], whole[..Values]);
                whole.Slice(skip, count).CopyTo(destination);
            }
            blocks = blocks[Bytes..];
            destination = destination[count..];
            skip = 0;
        }
    }
}

/// <summary>Decodes one block.</summary>
internal delegate void DecodeBlock(ReadOnlySpan<byte> block, Span<float> values);
