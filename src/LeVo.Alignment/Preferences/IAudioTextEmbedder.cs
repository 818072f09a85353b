using LeVo.Core.Audio;

namespace LeVo.Alignment.Preferences;

/// <summary>Embeds audio and text in one vector space, for example with MuQ-MuLan.</summary>
public interface IAudioTextEmbedder
{
    /// <summary>Computes the embedding of audio, <c>[width]</c>.</summary>
    /// <param name="audio">The audio, at any sample rate.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<float[]> EmbedAudioAsync(Waveform audio, CancellationToken cancellationToken = default);

    /// <summary>Computes the embedding of a text, <c>[width]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="NotSupportedException">The embedder embeds audio alone.</exception>
    Task<float[]> EmbedTextAsync(string text, CancellationToken cancellationToken = default);
}
