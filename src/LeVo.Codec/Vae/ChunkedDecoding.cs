using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>
/// Decodes long latents in overlapping chunks, so that memory does not grow with the length. The released system starts a
/// chunk every c - 32 latents; each loses 16 latents' worth of samples at its inner edges, more than the released decoder's
/// reach of 9, so that chunked and plain decoding agree. Where that is so, nothing beyond the reach is decoded twice here.
/// </summary>
internal static class ChunkedDecoding
{
    /// <summary>Latents that neighbouring chunks share in the released system.</summary>
    public const int Overlap = 32;

    /// <summary>The chunk length of the released system.</summary>
    public const int DefaultChunk = 128;

    /// <summary>Whether the released chunks give what decoding everything at once gives.</summary>
    public static bool EqualsPlain(VaeConfig config) =>
        config.Decoder.HasEvenStrides && 2 * config.Decoder.DecoderReach <= Overlap;

    /// <summary>Latents that neighbouring chunks share: no more than the decoder looks at, where that makes no
    /// difference.</summary>
    public static int OverlapOf(VaeConfig config) => EqualsPlain(config) ? 2 * config.Decoder.DecoderReach : Overlap;

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

    /// <summary>Latents <c>[batch, Z, frames]</c> to sound <c>[batch, channels, frames · ratio]</c>, without gradients.</summary>
    /// <param name="vae">The autoencoder, with even strides.</param>
    /// <param name="latents">Decoded plainly when shorter than a chunk.</param>
    /// <param name="chunk">Latents of a chunk, more than the overlap of 32.</param>
    /// <param name="onChunk">Called after each chunk with chunks done and chunks in all.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    public static Tensor DecodeChunked(this OobleckVae vae, Tensor latents, int chunk = DefaultChunk,
        Action<int, int>? onChunk = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(chunk, Overlap);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        long frames = latents.shape[2];
        int overlap = OverlapOf(vae.Config), trim = overlap / 2;
        IReadOnlyList<long> starts = Starts(frames, chunk, overlap);
        if (starts.Count <= 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor plain = vae.Decode(latents);
            onChunk?.Invoke(1, 1);
            return plain.MoveToOuterDisposeScope();
        }
        int ratio = vae.Config.Ratio;
        Tensor sound = empty([latents.shape[0], vae.Config.AudioChannels, frames * ratio], latents.dtype, latents.device);
        for (int i = 0; i < starts.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            Tensor decoded = vae.Decode(latents.narrow(2, starts[i], chunk));
            long from = i == 0 ? 0 : trim;
            long to = i == starts.Count - 1 ? chunk : chunk - trim;
            sound.narrow(2, (starts[i] + from) * ratio, (to - from) * ratio)
                .copy_(decoded.narrow(2, from * ratio, (to - from) * ratio));
            onChunk?.Invoke(i + 1, starts.Count);
        }
        return sound.MoveToOuterDisposeScope();
    }

    /// <summary>The sound of some of the latents, as <see cref="DecodeChunked"/> of all of them has it: only for
    /// autoencoders whose chunks equal plain decoding.</summary>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="latents">All of them, <c>[batch, Z, frames]</c>.</param>
    /// <param name="from">The first that is wanted.</param>
    /// <param name="to">The first that is not wanted any more.</param>
    /// <param name="chunk">As in <see cref="DecodeChunked"/>.</param>
    /// <param name="onChunk">As in <see cref="DecodeChunked"/>.</param>
    /// <param name="cancellationToken">As in <see cref="DecodeChunked"/>.</param>
    public static Tensor DecodePart(this OobleckVae vae, Tensor latents, long from, long to, int chunk = DefaultChunk,
        Action<int, int>? onChunk = null, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        int reach = vae.Config.Decoder.DecoderReach, ratio = vae.Config.Ratio;
        long start = Math.Max(0, from - reach), end = Math.Min(latents.shape[2], to + reach);
        Tensor sound = vae.DecodeChunked(latents.narrow(2, start, end - start), chunk, onChunk, cancellationToken);
        return sound.narrow(2, (from - start) * ratio, (to - from) * ratio).MoveToOuterDisposeScope();
    }
}
