using LeVo.Codec.Model;
using LeVo.Codec.Planning;
using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>Decodes long latents chunk by chunk (<see cref="ChunkPlan"/>).</summary>
internal static class ChunkedDecoding
{
    /// <summary>Latents <c>[batch, Z, frames]</c> to sound <c>[batch, channels, frames · ratio]</c>, without gradients.</summary>
    /// <param name="vae">The autoencoder, with even strides.</param>
    /// <param name="latents">Decoded plainly when shorter than a chunk.</param>
    /// <param name="chunk">Latents of a chunk, more than the overlap of 32.</param>
    /// <param name="onChunk">Called after each chunk with chunks done and chunks in all.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    public static Tensor DecodeChunked(this OobleckVae vae, Tensor latents, int chunk = SoundSettings.DefaultChunk,
        Action<int, int>? onChunk = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(chunk, ChunkPlan.Overlap);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        long frames = latents.shape[2];
        int overlap = ChunkPlan.ChooseOverlap(vae.Config), trim = overlap / 2;
        IReadOnlyList<long> starts = ChunkPlan.Starts(frames, chunk, overlap);
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

    /// <summary>Decodes a part of the latents to the samples that <see cref="DecodeChunked"/> of all of them gives: only for
    /// autoencoders whose chunks equal plain decoding.</summary>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="latents">All of them, <c>[batch, Z, frames]</c>.</param>
    /// <param name="from">The first that is wanted.</param>
    /// <param name="to">The first that is not wanted any more.</param>
    /// <param name="chunk">As in <see cref="DecodeChunked"/>.</param>
    /// <param name="onChunk">As in <see cref="DecodeChunked"/>.</param>
    /// <param name="cancellationToken">As in <see cref="DecodeChunked"/>.</param>
    public static Tensor DecodePart(this OobleckVae vae, Tensor latents, long from, long to, int chunk = SoundSettings.DefaultChunk,
        Action<int, int>? onChunk = null, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        int reach = vae.Config.Decoder.DecoderReach, ratio = vae.Config.Ratio;
        long start = Math.Max(0, from - reach), end = Math.Min(latents.shape[2], to + reach);
        Tensor sound = vae.DecodeChunked(latents.narrow(2, start, end - start), chunk, onChunk, cancellationToken);
        return sound.narrow(2, (from - start) * ratio, (to - from) * ratio).MoveToOuterDisposeScope();
    }
}
