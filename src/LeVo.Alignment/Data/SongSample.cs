using LeVo.Core.Audio;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>A sampled song to score.</summary>
/// <param name="Condition">The condition it was sampled for.</param>
/// <param name="Tokens">Its codes.</param>
/// <param name="Seed">Its seed.</param>
public sealed record SongSample(SongCondition Condition, SongTokens Tokens, ulong Seed)
{
    /// <summary>The audio of the song; null if only tokens are scored.</summary>
    public Waveform? Mix { get; init; }

    /// <summary>The audio of the vocal alone; null if only tokens are scored.</summary>
    public Waveform? Vocal { get; init; }

    /// <summary>Audio of the prompt, or null.</summary>
    public Waveform? PromptAudio { get; init; }
}
