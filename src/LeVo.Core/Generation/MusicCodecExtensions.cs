using LeVo.Core.Audio;

namespace LeVo.Core.Generation;

/// <summary>Prompts from an <see cref="IMusicCodec"/>.</summary>
public static class MusicCodecExtensions
{
    /// <summary>Turns a recording into a prompt.</summary>
    /// <param name="codec">The codec; it needs its mixed encoder.</param>
    /// <param name="mix">The whole recording; ten seconds are enough.</param>
    /// <param name="stems">Its voice and the rest.</param>
    /// <param name="cancellationToken">Stops between two computations.</param>
    /// <exception cref="NotSupportedException">The model folder holds no mixed codec.</exception>
    public static async Task<SongPrompt> EncodePromptAsync(this IMusicCodec codec, Waveform mix, StemPair stems,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codec);
        int[] mixed = await codec.EncodeMixedAsync(mix, cancellationToken).ConfigureAwait(false);
        (int[] vocal, int[] accompaniment) =
            await codec.EncodeTracksAsync(stems, cancellationToken).ConfigureAwait(false);
        int frames = Math.Min(mixed.Length, Math.Min(vocal.Length, accompaniment.Length));
        return new(new(mixed[..frames], vocal[..frames], accompaniment[..frames], codec.FrameRate), stems);
    }
}
