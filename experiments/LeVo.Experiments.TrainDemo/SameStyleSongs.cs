using LeVo.Alignment.Data;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Training songs by description. A prompt from another song has the style of a song, but not its words.</summary>
internal sealed class SameStyleSongs
{
    private readonly ILookup<string?, TrainingSong> byDescription;

    /// <param name="songs">All songs, each with other lyrics.</param>
    public SameStyleSongs(IReadOnlyList<TrainingSong> songs)
    {
        All = songs;
        byDescription = songs.ToLookup(song => song.Description);
    }

    public IReadOnlyList<TrainingSong> All { get; }

    /// <summary>Draws another song of the same description, or the song itself if there is none.</summary>
    public TrainingSong DrawOther(TrainingSong song, Random random)
    {
        TrainingSong[] others = [.. byDescription[song.Description].Where(other => other.Lyrics != song.Lyrics)];
        return others.Length == 0 ? song : others[random.Next(others.Length)];
    }
}
