using LeVo.Alignment.Dpo;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.TokenWorld;

/// <summary>How a strategy's pairs are learnt; chosen with seed 9 and with lyrics that no table has.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="LearningRate">The peak learning rate.</param>
/// <param name="Epochs">How often each pair is used at most.</param>
internal sealed record StrategySettings(DpoOptions Loss, double LearningRate, int Epochs)
{
    /// <summary>Pairs of a batch.</summary>
    public const int BatchSize = 32;

    /// <summary>Strategy 1 compares single frames; the accompaniment has no phones.</summary>
    public static StrategySettings Lyrics { get; } =
        new(new() { Beta = 0.1, SftWeight = 6, Streams = [SongPart.Mixed, SongPart.Vocal] }, 3e-5, 3);

    /// <summary>Strategy 2 compares single frames of the accompaniment and the mix.</summary>
    public static StrategySettings Prompt { get; } =
        new(new() { Beta = 0.1, SftWeight = 6, Streams = [SongPart.Mixed, SongPart.Accompaniment] }, 3e-5, 10);

    /// <summary>Strategy 3 compares whole songs of equal length.</summary>
    public static StrategySettings Musicality { get; } = new(new() { Beta = 0.1, SftWeight = 6 }, 3e-5, 3);
}
