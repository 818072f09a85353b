namespace LeVo.Core.Audio;

/// <summary>How samples are stored in a file.</summary>
public enum SampleFormat
{
    /// <summary>16-bit integers.</summary>
    Pcm16,

    /// <summary>24-bit integers.</summary>
    Pcm24,

    /// <summary>32-bit floating point without conversion. WAV only.</summary>
    Float32,
}

internal static class SampleFormats
{
    public static int Bits(this SampleFormat format) => format switch
    {
        SampleFormat.Pcm16 => 16,
        SampleFormat.Pcm24 => 24,
        SampleFormat.Float32 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown sample format."),
    };
}
