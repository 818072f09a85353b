using LeVo.Core.Audio;

namespace LeVo.Alignment.Preferences;

/// <summary>Embeds sounds and texts in one vector space, for example with MuQ-MuLan.</summary>
public interface IAudioTextEmbedder
{
    /// <summary>The vector of a sound, <c>[width]</c>.</summary>
    Task<float[]> EmbedAudioAsync(Waveform audio, CancellationToken cancellationToken = default);

    /// <summary>The vector of a text, <c>[width]</c>.</summary>
    Task<float[]> EmbedTextAsync(string text, CancellationToken cancellationToken = default);
}
