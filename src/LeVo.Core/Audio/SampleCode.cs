namespace LeVo.Core.Audio;

/// <summary>How a WAV file encodes a sample.</summary>
internal enum SampleCode
{
    /// <summary>Integers; unsigned where a sample has one byte, otherwise signed.</summary>
    Integer,

    /// <summary>Floating-point numbers of 32 or 64 bits.</summary>
    Float,

    /// <summary>Eight bits, logarithmic (ITU-T G.711, North America and Japan).</summary>
    MuLaw,

    /// <summary>Eight bits, logarithmic (ITU-T G.711, other countries).</summary>
    ALaw,
}
