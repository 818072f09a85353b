using LeVo.Core.Generation;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Dpo;

/// <summary>The loss function of the margin of a pair's log-ratios.</summary>
internal enum DpoObjective
{
    /// <summary>-log sigmoid(beta margin), as in the paper (section 3.5).</summary>
    Sigmoid,

    /// <summary>(margin - 1 / (2 beta))²: identity preference optimisation, which does not drive margins to
    /// infinity.</summary>
    Ipo,
}

/// <summary>
/// Options of the loss of direct preference optimisation (paper, section 3.5). The defaults are the paper's.
/// </summary>
public sealed record DpoOptions
{
    /// <summary>Strength of the penalty for deviating from the reference.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>
    /// Label smoothing: the assumed probability that a pair's labels are swapped, below 0.5; sigmoid objective only.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Whether to divide a song's log-probabilities by its number of tokens, to remove the effect of length.
    /// </summary>
    public bool LengthNormalized { get; init; }

    /// <summary>
    /// Weight of the additional supervised term, the chosen song's negative log-likelihood per token of all streams that
    /// are trained.
    /// </summary>
    public double SftWeight { get; init; }

    /// <summary>
    /// Streams whose log-probabilities are included, each at most once: all three (LeVo 1), only
    /// <see cref="SongPart.Mixed"/> (LeVo 2), which leaves the AR decoder unchanged, or only tracks, which leaves the
    /// language model unchanged.
    /// </summary>
    public IReadOnlyList<SongPart> Streams { get; init; } = [SongPart.Mixed, SongPart.Vocal, SongPart.Accompaniment];

    /// <summary>
    /// The guidance coefficient that songs are sampled with (<see cref="GenerationOptions.Guidance"/>): the preferences are
    /// those of the guided logits, which takes about twice the time. With 1 they are those of the logits given the
    /// conditions; the logits without conditions then change as they may, and guidance subtracts them.
    /// </summary>
    public double Guidance { get; init; } = 1;

    /// <summary>The objective.</summary>
    internal DpoObjective Objective { get; init; }

    internal bool MixedAlone => Streams is [SongPart.Mixed];

    internal bool TracksAlone => !Streams.Contains(SongPart.Mixed);

    /// <summary>These options with the streams of the supervised term: all that are trained, since what it leaves out drifts.</summary>
    internal DpoOptions Kept => MixedAlone ? this : this with
    {
        Streams = TracksAlone
            ? [SongPart.Vocal, SongPart.Accompaniment]
            : [SongPart.Mixed, SongPart.Vocal, SongPart.Accompaniment],
    };

    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    internal void Validate()
    {
        string? problem = this switch
        {
            _ when !(Beta > 0 && double.IsFinite(Beta)) => $"Beta is {Beta}; it must be positive.",
            _ when !Enum.IsDefined(Objective) => $"Objective {Objective} is unknown.",
            _ when !(LabelSmoothing is >= 0 and < 0.5) => $"LabelSmoothing is {LabelSmoothing}; it must be in [0, 0.5).",
            { Objective: DpoObjective.Ipo, LabelSmoothing: > 0 } => "LabelSmoothing is only supported by the sigmoid objective.",
            _ when !(SftWeight >= 0 && double.IsFinite(SftWeight)) => $"SftWeight is {SftWeight}; it must not be negative.",
            _ when !(Guidance >= 0 && double.IsFinite(Guidance)) => $"Guidance is {Guidance}; it must not be negative.",
            _ when Streams.Count == 0 || Streams.Distinct().Count() < Streams.Count || !Streams.All(Enum.IsDefined) =>
                $"Streams is [{string.Join(", ", Streams)}]; it must contain at least one of the three streams, each at most once.",
            _ => null,
        };
        if (problem is not null)
            throw new ArgumentException(problem);
    }
}
