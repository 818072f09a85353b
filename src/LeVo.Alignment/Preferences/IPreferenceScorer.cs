using LeVo.Core.Audio;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Preferences;

/// <summary>A sampled song to score.</summary>
/// <param name="Condition">What it was asked for with.</param>
/// <param name="Tokens">Its codes.</param>
/// <param name="Seed">Its seed.</param>
public sealed record SongSample(SongCondition Condition, SongTokens Tokens, ulong Seed)
{
    /// <summary>Its sound; null where only tokens are scored.</summary>
    public Waveform? Mix { get; init; }

    /// <summary>The vocal alone; null where only tokens are scored.</summary>
    public Waveform? Vocal { get; init; }

    /// <summary>Sound of the audio prompt, or null.</summary>
    public Waveform? PromptAudio { get; init; }
}

/// <summary>Scores songs for one strategy.</summary>
public interface IPreferenceScorer
{
    /// <summary>The strategy: one of <see cref="PreferenceStrategies"/> or a host's own name.</summary>
    string Strategy { get; }

    /// <summary>Names the scorer and its version, for the pairs' provenance.</summary>
    string Name { get; }

    /// <summary>How good the song is; higher is better, comparable between songs of one condition.</summary>
    /// <exception cref="ArgumentException">The sample lacks what this scorer needs.</exception>
    Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default);
}

/// <summary>Hears words in a vocal: for example Whisper.</summary>
public interface ITranscriber
{
    /// <summary>The words that are sung.</summary>
    Task<string> TranscribeAsync(Waveform vocal, CancellationToken cancellationToken = default);
}

/// <summary>Turns words into phonemes, for example in ARPAbet or IPA.</summary>
public interface IPhonemizer
{
    /// <summary>The phonemes of a text in order.</summary>
    IReadOnlyList<string> Phonemize(string text);
}

/// <summary>Puts sounds and texts into one space: for example MuQ-MuLan.</summary>
public interface IAudioTextEmbedder
{
    /// <summary>The vector of a sound, <c>[width]</c>.</summary>
    Task<float[]> EmbedAudioAsync(Waveform audio, CancellationToken cancellationToken = default);

    /// <summary>The vector of a text, <c>[width]</c>.</summary>
    Task<float[]> EmbedTextAsync(string text, CancellationToken cancellationToken = default);
}

/// <summary>Judges the musicality of songs; <c>LeVo.Alignment.Rewards</c> trains one from rankings.</summary>
public interface IRewardModel
{
    /// <summary>The reward of a song; differences are log-odds of being preferred.</summary>
    double Score(SongCondition condition, SongTokens tokens);
}
