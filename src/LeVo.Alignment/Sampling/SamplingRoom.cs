using LeVo.Core.Generation;
using LeVo.Core.Model;

namespace LeVo.Alignment.Sampling;

/// <summary>How many songs can be sampled at once: their caches must fit into the memory that is free.</summary>
internal static class SamplingRoom
{
    /// <summary>The share of the free memory that the caches may take; steps and other programs need the rest.</summary>
    private const double Share = 0.8;

    /// <summary>Returns the number of songs, at least 1.</summary>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="frames">Frames of a song at most.</param>
    /// <param name="elementBytes">Bytes of one element of the caches.</param>
    /// <param name="freeBytes">Free memory; null if it is not known.</param>
    /// <param name="most">The number that is wanted.</param>
    public static int Songs(LeLmConfig config, int frames, int elementBytes, long? freeBytes, int most) => freeBytes is not { } free
        ? most
        : (int)Math.Clamp(free * Share / SongQueue.SongBytes(config, frames, elementBytes), 1, most);
}
