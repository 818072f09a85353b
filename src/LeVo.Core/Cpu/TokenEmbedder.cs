using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>Embeds the ids of columns: the mixed code for stack 1, the sum of the tracks' codes for stack 2.</summary>
internal sealed class TokenEmbedder(IFloatSource source, LeLmTensors tensors)
{
    private readonly FloatTable mixedEmbedding = new(source, tensors.MixedEmbedding.Weight);

    private readonly FloatTable[] trackEmbeddings =
        [.. tensors.TrackEmbeddings.Select(table => new FloatTable(source, table.Weight))];

    /// <summary>Embeds the mixed id of a column.</summary>
    /// <param name="id">The id.</param>
    /// <param name="mixed">Receives the input of stack 1.</param>
    public void EmbedMixed(int id, Span<float> mixed) => mixedEmbedding.Read(id, mixed);

    /// <summary>Embeds the tracks' ids of a column.</summary>
    /// <param name="ids">Ids [codebooks].</param>
    /// <param name="tracks">Receives the input of stack 2.</param>
    /// <param name="scratch">A buffer for one vector.</param>
    public void EmbedTracks(ReadOnlySpan<int> ids, Span<float> tracks, Span<float> scratch)
    {
        trackEmbeddings[0].Read(ids[1], tracks);
        for (int k = 2; k < ids.Length; k++)
            trackEmbeddings[k - 1].Add(ids[k], tracks, scratch);
    }
}
