namespace LeVo.Alignment.Dpo;

/// <summary>Token streams of a song.</summary>
[Flags]
public enum TokenStreams
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The mixed stream: what LeVo 2 aligns.</summary>
    Mixed = 1,

    /// <summary>The vocal track.</summary>
    Vocal = 2,

    /// <summary>The accompaniment.</summary>
    Accompaniment = 4,

    /// <summary>All three: what LeVo 1 aligns.</summary>
    All = Mixed | Vocal | Accompaniment,
}

/// <summary>What is minimised over the margin of a pair's log-ratios.</summary>
public enum DpoObjective
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

    /// <summary>The objective.</summary>
    public DpoObjective Objective { get; init; }

    /// <summary>Probability that a pair is labelled the wrong way round, below 0.5; sigmoid objective only.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Divides the log-probabilities of a song by its number of tokens, so that length alone decides
    /// nothing.</summary>
    public bool LengthNormalized { get; init; }

    /// <summary>Weight of the chosen song's negative log-likelihood per token beside the objective.</summary>
    public double SftWeight { get; init; }

    /// <summary>Streams whose log-probabilities count.</summary>
    public TokenStreams Streams { get; init; } = TokenStreams.All;

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
            _ when Streams == TokenStreams.None || (Streams & ~TokenStreams.All) != 0 =>
                $"Streams is {Streams}; at least one of the three must count.",
            _ => null,
        };
        if (problem is not null)
            throw new ArgumentException(problem);
    }
}
