using LeVo.Core.Audio;

namespace LeVo.Alignment.Preferences;

/// <summary>Transcribes the words of a vocal, for example with Whisper.</summary>
public interface ITranscriber
{
    /// <summary>Returns the sung words.</summary>
    /// <param name="vocal">The vocal, at any sample rate and with any number of channels.</param>
    /// <param name="options">What is known about the vocal.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The words in the order of their times; none for silence.</returns>
    Task<Transcription> TranscribeAsync(
        Waveform vocal, TranscriptionOptions options, CancellationToken cancellationToken = default);
}
