using LeVo.Core.Audio;

namespace LeVo.Alignment.Preferences;

/// <summary>Puts sounds and texts into one space: for example MuQ-MuLan.</summary>
public interface IAudioTextEmbedder
{
    /// <summary>The vector of a sound, <c>[width]</c>.</summary>
    Task<float[]> EmbedAudioAsync(Waveform audio, CancellationToken cancellationToken = default);

    /// <summary>The vector of a text, <c>[width]</c>.</summary>
    Task<float[]> EmbedTextAsync(string text, CancellationToken cancellationToken = default);
}
