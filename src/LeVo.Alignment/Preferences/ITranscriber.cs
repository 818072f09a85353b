using LeVo.Core.Audio;

namespace LeVo.Alignment.Preferences;

/// <summary>Hears words in a vocal: for example Whisper.</summary>
public interface ITranscriber
{
    /// <summary>The words that are sung.</summary>
    Task<string> TranscribeAsync(Waveform vocal, CancellationToken cancellationToken = default);
}
