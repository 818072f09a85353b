namespace LeVo.Core.Audio;

/// <summary>The formats of audio files that can be written.</summary>
public enum AudioFormat
{
    /// <summary>WAV: uncompressed samples.</summary>
    Wav,

    /// <summary>FLAC: lossless compression, with tags.</summary>
    Flac,
}
