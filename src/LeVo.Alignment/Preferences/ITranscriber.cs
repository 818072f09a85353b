using LeVo.Core.Audio;

namespace LeVo.Alignment.Preferences;

/// <summary>Transcribes the words of a vocal, for example with Whisper.</summary>
public interface ITranscriber
{
    /// <summary>Returns the sung words.</summary>
    /// <param name="vocal">The vocal, at any sample rate.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<string> TranscribeAsync(Waveform vocal, CancellationToken cancellationToken = default);
}
