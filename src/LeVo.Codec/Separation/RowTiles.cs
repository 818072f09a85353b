using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>
/// Computes rows that don't influence each other tile by tile. A tile's signals stay in the processor's caches and in memory
/// that the allocator reuses; whole ones (66 MB at the released size) come from the system page by page.
/// </summary>
internal static class RowTiles
{
    /// <summary>Numbers of a tile's largest signal: 4 MB.</summary>
    private const long TileElements = 1 << 20;

    /// <summary>Calls <paramref name="compute"/> with the first row and the count of rows of each tile, each in a dispose
    /// scope.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="rowElements">Numbers of a row's largest signal.</param>
    /// <param name="compute">Computes a tile.</param>
    public static void Run(long rows, long rowElements, Action<long, long> compute)
    {
        long tile = Math.Clamp(TileElements / rowElements, 1, rows);
        for (long first = 0; first < rows; first += tile)
        {
            using var scope = NewDisposeScope();
            compute(first, Math.Min(tile, rows - first));
        }
    }
}
