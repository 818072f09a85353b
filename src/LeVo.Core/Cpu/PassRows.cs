namespace LeVo.Core.Cpu;

/// <summary>The rows of a pass: each is one position of one sequence.</summary>
internal sealed class PassRows(int maxRows)
{
    private readonly (KvCache Cache, int Position)[] rows = new (KvCache, int)[maxRows];

    public int Count { get; private set; }

    public int Room => rows.Length - Count;

    public (KvCache Cache, int Position) this[int row] => rows[row];

    public void Clear() => Count = 0;

    /// <summary>Adds a sequence's next position and returns its row.</summary>
    public int Add(KvCache cache)
    {
        if (cache.Length == cache.Capacity)
            throw new InvalidOperationException($"The cache holds {cache.Capacity} positions and is full.");
        rows[Count] = (cache, cache.Length++);
        return Count++;
    }

    /// <summary>Whether a row is the position after the previous row in the same sequence.</summary>
    public bool Follows(int row) =>
        ReferenceEquals(rows[row].Cache, rows[row - 1].Cache) && rows[row].Position == rows[row - 1].Position + 1;
}
