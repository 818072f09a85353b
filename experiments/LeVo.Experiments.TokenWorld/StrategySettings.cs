using LeVo.Alignment.Dpo;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.TokenWorld;

/// <summary>How a strategy's pairs are learnt; chosen with seed 9 and with lyrics that no table has.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="LearningRate">The peak learning rate.</param>
internal sealed record StrategySettings(DpoOptions Loss, double LearningRate)
{
    /// <summary>Strategy 1 compares single frames. The accompaniment has no phones.</summary>
    public static StrategySettings Lyrics { get; } =
        new(new() { Beta = 0.1, SftWeight = 0.1, Streams = [SongPart.Mixed, SongPart.Vocal] }, 1e-4);

    /// <summary>Strategies 2 and 3 compare whole songs of equal length.</summary>
    public static StrategySettings WholeSongs { get; } = new(new() { Beta = 0.1, SftWeight = 0.1 }, 3e-5);

    /// <summary>Pairs of a batch.</summary>
    public const int BatchSize = 32;
}
