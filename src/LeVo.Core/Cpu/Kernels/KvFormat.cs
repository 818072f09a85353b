namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// How the keys and the values of a head are stored, and the products of attention with them. A query is prepared once, and
/// scores and sums are in a form that only the format knows until <see cref="Finish"/>.
/// </summary>
internal abstract unsafe class KvFormat
{
    /// <summary>Queries that can share a read of keys and values; the other number is one.</summary>
    public const int MaxQueries = 4;

    /// <summary>Positions whose values fit into a core's L1 cache.</summary>
    public const int Stretch = 64;

    /// <summary>Head widths are padded with zeros to a multiple of this.</summary>
    protected const int Chunk = 16;

    /// <summary>float16.</summary>
    public static KvFormat Half { get; } = new HalfKvFormat();

    /// <summary>8-bit integers with a scale for each head and position.</summary>
    public static KvFormat Int8 { get; } = new Int8KvFormat();

    /// <summary>The format's part of the names of cache files.</summary>
    public abstract string Name { get; }

    /// <summary>The factor of the weights that <see cref="Mix"/> takes.</summary>
    public abstract float WeightFactor { get; }

    public static int Stride(int headWidth) => BlockFormat.RoundUp(headWidth, Chunk);

    /// <summary>Bytes of an element, a position's scale included.</summary>
    public double ElementBytes(int headWidth)
    {
        const int many = 1 << 12;
        return (double)PartBytes(Stride(headWidth), many) / ((double)many * headWidth);
    }

    /// <summary>Bytes of the keys or of the values of one head, a multiple of 64.</summary>
    public abstract long PartBytes(int stride, int positions);

    /// <summary>The keys or the values of one head in memory of <see cref="PartBytes"/>.</summary>
    public abstract KvPart Part(byte* memory, int stride, int positions);

    /// <summary>Stores the key of a position.</summary>
    public abstract void WriteKey(KvPart keys, int position, float* vector, int width);

    /// <summary>Stores the value of a position.</summary>
    public abstract void WriteValue(KvPart values, int position, float* vector, int width);

    /// <summary>Floats of a prepared query.</summary>
    public abstract int QueryFloats(int stride);

    /// <summary>Prepares a query.</summary>
    /// <param name="query">The query after rotation, <c>[width]</c>.</param>
    /// <param name="width">Width of a head.</param>
    /// <param name="factor">A factor of all scores.</param>
    /// <param name="prepared">Receives <see cref="QueryFloats"/> floats.</param>
    public abstract void Prepare(float* query, int width, float factor, float* prepared);

    /// <summary>Scores of one query, or of <see cref="MaxQueries"/>, and the first positions of a part.</summary>
    /// <param name="queries">Prepared queries without gaps.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="positions">Number of positions.</param>
    /// <param name="scores">Receives a row for each query.</param>
    /// <param name="scoreStride">Stride of the rows.</param>
    public abstract void Scores(float* queries, int count, KvPart keys, int positions, float* scores, int scoreStride);

    /// <summary>Adds weighted values of one row of weights, or of <see cref="MaxQueries"/>.</summary>
    /// <param name="weights">The weights times <see cref="WeightFactor"/>.</param>
    /// <param name="weightStride">Stride of their rows.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="values">The values.</param>
    /// <param name="positions">Number of positions.</param>
    /// <param name="sums">Sums of the rows, a stride of the values apart; zeros at first.</param>
    public abstract void Mix(float* weights, int weightStride, int count, KvPart values, int positions, float* sums);

    /// <summary>Converts a row's sums to the result.</summary>
    public abstract void Finish(float* sums, int width, float* result);
}
