using LeVo.Core.Audio;

namespace LeVo.Alignment.Preferences;

/// <summary>Transcribes the words of a vocal, for example with Whisper.</summary>
public interface ITranscriber
{
    /// <summary>The words that are sung.</summary>
    Task<string> TranscribeAsync(Waveform vocal, CancellationToken cancellationToken = default);
}
