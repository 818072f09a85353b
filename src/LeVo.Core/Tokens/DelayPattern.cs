namespace LeVo.Core.Tokens;

/// <summary>
/// The delay pattern (paper, section 3.2): codebook q is delayed by <c>delays[q]</c> columns, so that the tracks are
/// conditioned on later frames of the mixed tokens. Maps codes <c>[codebooks, frames]</c> to the sequence
/// <c>[codebooks, columns]</c> and back. Column 0 is always empty.
/// </summary>
internal sealed class DelayPattern
{
    private readonly int[] delays;
    private readonly int lead;

    /// <param name="delays">Delay in columns of each codebook.</param>
    /// <param name="frames">Frames of the song.</param>
    /// <param name="flattenFirst">Frames at the start whose codebooks are flattened: one column per codebook.</param>
    /// <param name="emptyInitial">Empty columns after column 0.</param>
    public DelayPattern(IReadOnlyList<int> delays, int frames, int flattenFirst = 0, int emptyInitial = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(delays.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(delays.Min());
        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        ArgumentOutOfRangeException.ThrowIfNegative(flattenFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(emptyInitial);
        this.delays = [.. delays];
        Frames = frames;
        FlattenFirst = flattenFirst;
        lead = 1 + emptyInitial;
        FlatColumns = Math.Min(frames, flattenFirst) * Codebooks;
        Columns = lead + FlatColumns + Math.Max(0, frames + this.delays.Max() - flattenFirst);
    }

    /// <summary>Number of codebooks (K).</summary>
    public int Codebooks => delays.Length;

    /// <summary>Number of frames (T).</summary>
    public int Frames { get; }

    /// <summary>Number of columns (S).</summary>
    public int Columns { get; }

    private int FlattenFirst { get; }

    private int FlatColumns { get; }

    /// <summary>The column of a codebook's frame.</summary>
    public int ColumnOf(int codebook, int frame) => frame < FlattenFirst
        ? lead + frame * Codebooks + codebook
        : lead + FlatColumns + frame - FlattenFirst + delays[codebook];

    /// <summary>The frame of a codebook in a column, or -1 for an empty cell.</summary>
    public int FrameAt(int codebook, int column)
    {
        int offset = column - lead;
        if (offset < 0)
            return -1;
        if (offset < FlatColumns)
            return offset % Codebooks == codebook ? offset / Codebooks : -1;
        int frame = offset - FlatColumns + FlattenFirst - delays[codebook];
        return frame >= FlattenFirst && frame < Frames ? frame : -1;
    }

    /// <summary>The first column with a code of a frame.</summary>
    public int FirstColumnOf(int frame) => Enumerable.Range(0, Codebooks).Min(q => ColumnOf(q, frame));

    /// <summary>Arranges codes <c>[K, T]</c> as a sequence <c>[K, S]</c>; empty cells are set to
    /// <paramref name="special"/>.</summary>
    public int[] Build(ReadOnlySpan<int> codes, int special) =>
        Gather(codes, Codebooks * Frames, BuildIndex(), special);

    /// <summary>
    /// Restores the codes <c>[K, T]</c> from a sequence <c>[K, columns]</c>, which may be shorter than S; missing
    /// cells become <paramref name="special"/>.
    /// </summary>
    public int[] Revert(ReadOnlySpan<int> sequence, int columns, int special) =>
        Gather(sequence, Codebooks * columns, RevertIndex(columns), special);

    /// <summary>
    /// For each cell of the sequence <c>[K, S]</c> the index of its code in <c>[K, T]</c>; K · T for an empty cell.
    /// </summary>
    public long[] BuildIndex()
    {
        var index = new long[Codebooks * Columns];
        for (int q = 0; q < Codebooks; q++)
        {
            for (int column = 0; column < Columns; column++)
            {
                int frame = FrameAt(q, column);
                index[q * Columns + column] = frame < 0 ? Codebooks * Frames : q * Frames + frame;
            }
        }
        return index;
    }

    /// <summary>
    /// For each code of <c>[K, T]</c> the index of its cell in a sequence <c>[K, columns]</c>; K · columns when the
    /// sequence ends before it.
    /// </summary>
    public long[] RevertIndex(int columns) => CellIndex(columns, 0);

    /// <summary>
    /// For each code of <c>[K, T]</c> the index in <c>[K, columns]</c> of the output that predicts it, one column
    /// earlier.
    /// </summary>
    public long[] LogitsIndex(int columns) => CellIndex(columns, 1);

    private long[] CellIndex(int columns, int back)
    {
        var index = new long[Codebooks * Frames];
        for (int q = 0; q < Codebooks; q++)
        {
            for (int frame = 0; frame < Frames; frame++)
            {
                int column = ColumnOf(q, frame) - back;
                index[q * Frames + frame] = column < columns ? q * columns + column : Codebooks * columns;
            }
        }
        return index;
    }

    private static int[] Gather(ReadOnlySpan<int> source, int length, long[] index, int special)
    {
        if (source.Length != length)
            throw new ArgumentException($"{source.Length} ids given, {length} needed.", nameof(source));
        var result = new int[index.Length];
        for (int i = 0; i < index.Length; i++)
            result[i] = index[i] < length ? source[(int)index[i]] : special;
        return result;
    }
}
