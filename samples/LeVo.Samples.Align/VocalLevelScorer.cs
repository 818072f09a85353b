using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Core.Tokens;

namespace LeVo.Samples.Align;

/// <summary>
/// A scorer of one's own: the louder the vocal, the better. It needs nothing but the sound, so that the sample runs
/// without other models. For real use register <see cref="ITranscriber"/> with <see cref="IPhonemizer"/>,
/// <see cref="IAudioTextEmbedder"/> or <see cref="IRewardModel"/> instead, which the library turns into scorers.
/// </summary>
internal sealed class VocalLevelScorer : IPreferenceScorer
{
    public const string StrategyName = "vocal_level";

    private const double Silence = -100; // dB; scores must be finite

    public string Strategy => StrategyName;

    public string Name => "vocal level 1";

    public IReadOnlyList<SongPart> Parts => [SongPart.Vocal];

    /// <summary>The level of the vocal in dB of full scale.</summary>
    public Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default)
    {
        if (sample.Vocal is not { } vocal)
            throw new ArgumentException("The sample has no vocal.", nameof(sample));
        double power = vocal.Length == 0
            ? 0
            : vocal.Channels.Average(channel => channel.Average(value => (double)value * value));
        return Task.FromResult(Math.Max(Silence, 10 * Math.Log10(power)));
    }
}
