using LeVo.Codec.Flow;
using LeVo.Codec.Vae;

namespace LeVo.Codec.Decoding;

/// <summary>How codes become sound. Defaults are the released ones.</summary>
internal sealed record SoundSettings
{
    /// <summary>Seconds of a window.</summary>
    public double WindowSeconds { get; init; } = 40;

    /// <summary>Solver settings.</summary>
    public FlowSettings Flow { get; init; } = new();

    /// <summary>Latents that the autoencoder decodes at once, or null for whole windows.</summary>
    public int? Chunk { get; init; } = ChunkedDecoding.DefaultChunk;
}

/// <summary>Sound that the decoder continues.</summary>
/// <param name="Audio">All streams together at the codec's rate, <c>[2][samples]</c>, not limited.</param>
/// <param name="Codes">The prompt's codes, one array a stream.</param>
internal sealed record SoundPrompt(float[][] Audio, IReadOnlyList<int[]> Codes);
