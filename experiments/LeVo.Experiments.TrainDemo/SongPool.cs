using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// A rolling window over the endless sequence of training songs: every step renders a few new ones and may draw excerpts from
/// all that are still in the window. The songs of a step depend on its number alone.
/// </summary>
internal sealed class SongPool(int size, int newPerStep, long firstSeed)
{
    private readonly Dictionary<long, MiniSong> songs = [];
    private readonly Lock gate = new();

    /// <summary>The songs of a step, oldest first.</summary>
    public IReadOnlyList<MiniSong> At(int step)
    {
        lock (gate)
        {
            long last = size + (long)step * newPerStep, first = last - size;
            foreach (long gone in songs.Keys.Where(index => index < first).ToArray())
                songs.Remove(gone);
            for (long index = first; index < last; index++)
                if (!songs.ContainsKey(index))
                    songs[index] = MiniRenderer.Render(MiniSongFactory.Create(firstSeed + index, heldOut: false));
            return [.. songs.OrderBy(song => song.Key).Select(song => song.Value)];
        }
    }
}
