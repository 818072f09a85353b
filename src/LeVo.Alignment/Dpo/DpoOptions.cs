using LeVo.Core.Generation;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Dpo;

/// <summary>What is minimised over the margin of a pair's log-ratios.</summary>
internal enum DpoObjective
{
    /// <summary>-log sigmoid(beta margin): the paper's (section 3.5).</summary>
    Sigmoid,

    /// <summary>(margin - 1 / (2 beta))²: identity preference optimisation, which does not drive margins to
    /// infinity.</summary>
    Ipo,
}

/// <summary>How preference pairs become a loss. The defaults are the paper's form.</summary>
public sealed record DpoOptions
{
    /// <summary>Strength of the penalty for leaving the reference.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>Probability that a pair is labelled the wrong way round, below 0.5; sigmoid objective only.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Divides the log-probabilities of a song by its number of tokens, so that length alone decides
    /// nothing.</summary>
    public bool LengthNormalized { get; init; }

    /// <summary>Weight of the chosen song's negative log-likelihood per token beside the objective.</summary>
    public double SftWeight { get; init; }

    /// <summary>Streams whose log-probabilities count, each at most once: all three (LeVo 1), or
    /// <see cref="SongPart.Mixed"/> alone (LeVo 2), which leaves the AR decoder as it is.</summary>
    public IReadOnlyList<SongPart> Streams { get; init; } = [SongPart.Mixed, SongPart.Vocal, SongPart.Accompaniment];

    /// <summary>The objective.</summary>
    internal DpoObjective Objective { get; init; }

    internal bool MixedAlone => Streams is [SongPart.Mixed];

    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    internal void Validate()
    {
        string? problem = this switch
        {
            _ when !(Beta > 0 && double.IsFinite(Beta)) => $"Beta is {Beta}; it must be positive.",
            _ when !Enum.IsDefined(Objective) => $"Objective {Objective} is unknown.",
            _ when !(LabelSmoothing is >= 0 and < 0.5) => $"LabelSmoothing is {LabelSmoothing}; it must be in [0, 0.5).",
            { Objective: DpoObjective.Ipo, LabelSmoothing: > 0 } => "LabelSmoothing belongs to the sigmoid objective.",
            _ when !(SftWeight >= 0 && double.IsFinite(SftWeight)) => $"SftWeight is {SftWeight}; it is not negative.",
            _ when Streams.Count == 0 || Streams.Distinct().Count() < Streams.Count || !Streams.All(Enum.IsDefined) =>
                $"Streams is [{string.Join(", ", Streams)}]; at least one of the three must count, and each once.",
            _ => null,
        };
        if (problem is not null)
            throw new ArgumentException(problem);
    }
}
