using LeVo.Core.Audio;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>Settings of one decode. Null means the model folder's value.</summary>
public sealed record CodecDecodeOptions
{
    /// <summary>The part to decode.</summary>
    public SongPart Part { get; init; } = SongPart.Mixed;

    /// <summary>Seed of the flow's starting noise; equal seeds and tokens give equal audio.</summary>
    public ulong Seed { get; init; }

    /// <summary>How much computation the flow gets; <see cref="Steps"/> needs <see cref="DecoderEffort.Exact"/>.</summary>
    public DecoderEffort Effort { get; init; }

    /// <summary>Solver steps of the flow.</summary>
    public int? Steps { get; init; }

    /// <summary>Guidance coefficient of the flow.</summary>
    public double? Guidance { get; init; }

    /// <summary>Stems whose sound the decoder continues, or null.</summary>
    public StemPair? Prompt { get; init; }

    /// <summary>Frames of the song at most, for the progress of a song that is being generated.</summary>
    internal int ExpectedFrames { get; init; }

    /// <summary>A folder where decoded windows are kept for a process that decodes the same song again, or null.</summary>
    internal string? WindowFolder { get; init; }
}

/// <summary>The two stems of a recording, of equal rate and length.</summary>
/// <param name="Vocal">The voice.</param>
/// <param name="Accompaniment">Everything but the voice.</param>
public sealed record StemPair(Waveform Vocal, Waveform Accompaniment);
