using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>
/// Decodes long latents in overlapping chunks, so that memory does not grow with the length. Chunks of c latents start every
/// c - 32; each loses 16 latents' worth of samples at its inner edges, more than the released decoder's reach, so that
/// chunked and plain decoding agree.
/// </summary>
internal static class ChunkedDecoding
{
    /// <summary>Latents that neighbouring chunks share.</summary>
    public const int Overlap = 32;

    /// <summary>The chunk length of the released system.</summary>
    public const int DefaultChunk = 128;

    /// <summary>First latents of the chunks of <paramref name="frames"/> latents; the last chunk ends with them.</summary>
    public static IReadOnlyList<long> Starts(long frames, int chunk)
    {
        List<long> starts = [];
        for (long start = 0; start + chunk <= frames; start += chunk - Overlap)
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
        IReadOnlyList<long> starts = Starts(frames, chunk);
        if (starts.Count <= 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor plain = vae.Decode(latents);
            onChunk?.Invoke(1, 1);
            return plain.MoveToOuterDisposeScope();
        }
        int ratio = vae.Config.Ratio;
        const int Trim = Overlap / 2;
        Tensor sound = empty([latents.shape[0], vae.Config.AudioChannels, frames * ratio], latents.dtype, latents.device);
        for (int i = 0; i < starts.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            Tensor decoded = vae.Decode(latents.narrow(2, starts[i], chunk));
            long from = i == 0 ? 0 : Trim;
            long to = i == starts.Count - 1 ? chunk : chunk - Trim;
            sound.narrow(2, (starts[i] + from) * ratio, (to - from) * ratio)
                .copy_(decoded.narrow(2, from * ratio, (to - from) * ratio));
            onChunk?.Invoke(i + 1, starts.Count);
        }
        return sound.MoveToOuterDisposeScope();
    }
}
