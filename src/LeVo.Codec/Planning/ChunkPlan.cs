using LeVo.Codec.Model;

namespace LeVo.Codec.Planning;

/// <summary>
/// How long latents are cut into overlapping chunks, so that memory does not grow with the length. The released system starts
/// a chunk every c - 32 latents; each loses 16 latents' worth of samples at its inner edges, more than the released decoder's
/// reach of 9, so that chunked and plain decoding agree. Where that is so, nothing beyond the reach is decoded twice here.
/// </summary>
internal static class ChunkPlan
{
    /// <summary>Latents that neighbouring chunks share in the released system.</summary>
    public const int Overlap = 32;

    /// <summary>Whether decoding in the released chunks equals decoding everything at once.</summary>
    public static bool EqualsPlain(VaeConfig config) =>
        config.Decoder.HasEvenStrides && 2 * config.Decoder.DecoderReach <= Overlap;

    /// <summary>Latents that neighbouring chunks share: twice the decoder's reach, where that makes no difference.</summary>
    public static int ChooseOverlap(VaeConfig config) => EqualsPlain(config) ? 2 * config.Decoder.DecoderReach : Overlap;

    /// <summary>First latents of the chunks of <paramref name="frames"/> latents; the last chunk ends with them.</summary>
    public static IReadOnlyList<long> Starts(long frames, int chunk, int overlap = Overlap)
    {
        List<long> starts = [];
        for (long start = 0; start + chunk <= frames; start += chunk - overlap)
            starts.Add(start);
        if (starts.Count > 0 && starts[^1] + chunk < frames)
            starts.Add(frames - chunk);
        return starts;
    }
}
