namespace LeVo.Core.Cpu;

/// <summary>
/// Keys (after rotation) and values of one sequence in one stack: those of the conditions, which sequences can share, and
/// the sequence's own ones of the columns.
/// </summary>
/// <param name="prefixLength">Positions of the conditions.</param>
/// <param name="columns">The columns' keys and values.</param>
internal sealed class KvCache(int prefixLength, KvSegment columns)
{
    /// <summary>Number of segments.</summary>
    public const int Segments = 2;

    public int Capacity => prefixLength + columns.Capacity;

    /// <summary>The conditions' keys and values.</summary>
    public KvSegment? Prefix { private get; set; }

    /// <summary>Number of positions stored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value exceeds <see cref="Capacity"/>.</exception>
    public int Length
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            field = value;
        }
    }

    /// <summary>The segments, each with the first position that it holds.</summary>
    /// <param name="index">0 for the conditions, 1 for the columns.</param>
    public (KvSegment Segment, int First) this[int index] => index == 0
        ? (Prefix ?? throw new InvalidOperationException("The cache has no conditions."), 0)
        : (columns, prefixLength);

    /// <summary>Stores one position of one head.</summary>
    public unsafe void Write(int layer, int head, int position, float* key, float* value, int width)
    {
        (KvSegment segment, int first) = this[position < prefixLength ? 0 : 1];
        segment.Format.WriteKey(segment.Keys(layer, head), position - first, key, width);
        segment.Format.WriteValue(segment.Values(layer, head), position - first, value, width);
    }
}
