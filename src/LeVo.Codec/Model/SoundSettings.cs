namespace LeVo.Codec.Model;

/// <summary>How codes become sound. Defaults are the released ones.</summary>
internal sealed record SoundSettings
{
    /// <summary>The chunk length of the released system.</summary>
    public const int DefaultChunk = 128;

    /// <summary>Seconds of a window.</summary>
    public double WindowSeconds { get; init; } = 40;

    /// <summary>Solver settings.</summary>
    public FlowSettings Flow { get; init; } = new();

    /// <summary>The last window ends with the song, as if what lies beyond were absent; otherwise the codes are repeated until the
    /// window is full.</summary>
    public bool EndsWithSong { get; init; }

    /// <summary>Latents that the autoencoder decodes at once, or null for whole windows.</summary>
    public int? Chunk { get; init; } = DefaultChunk;
}
