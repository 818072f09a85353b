namespace LeVo.Core.Generation;

/// <summary>
/// How tokens are picked. The defaults are those of the released command line's normal path; a model folder may bring
/// its own in <c>levo.sampling</c>, and a request may override both.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>Softmax temperature; 0 picks the best class.</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>
    /// Classes of the mixed stream that stay eligible, 0 for all; clamped to the number of classes. The two tracks
    /// always take their best class, as in the released system, unless <see cref="TopP"/> is set.
    /// </summary>
    public int TopK { get; init; } = 5000;

    /// <summary>Probability mass that stays eligible in every stream; overrides <see cref="TopK"/>, 0 switches it
    /// off.</summary>
    public double TopP { get; init; }

    /// <summary>Guidance coefficient: 1 follows the conditions alone, more exaggerates their influence.</summary>
    public double Guidance { get; init; } = 1.5;

    /// <summary>Whether ids that occurred lately are penalised.</summary>
    public bool PenalizeRepetition { get; init; } = true;

    /// <summary>Steps that the repetition penalty looks back on, 0 for the whole song.</summary>
    public int RepetitionWindow { get; init; } = 50;

    /// <summary>Divisor of the logits of ids that occurred lately. As in the released system it also divides negative
    /// logits, which raises them.</summary>
    public double RepetitionPenalty { get; init; } = 1.1;

    /// <summary>Whether to draw at random; otherwise the best class is taken.</summary>
    public bool UseSampling { get; init; } = true;

    /// <summary>The first setting that is out of range, or null.</summary>
    internal string? Problem() => this switch
    {
        _ when !(Temperature >= 0 && double.IsFinite(Temperature)) =>
            $"Temperature is {Temperature}; it must not be negative.",
        { TopK: < 0 } => $"TopK is {TopK}; it must not be negative.",
        _ when !(TopP is >= 0 and <= 1) => $"TopP is {TopP}; it must lie between 0 and 1.",
        _ when !double.IsFinite(Guidance) => $"Guidance is {Guidance}; it must be finite.",
        { RepetitionWindow: < 0 } => $"RepetitionWindow is {RepetitionWindow}; it must not be negative.",
        _ when !(RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty)) =>
            $"RepetitionPenalty is {RepetitionPenalty}; it must be positive.",
        _ => null,
    };

    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    internal void Validate()
    {
        if (Problem() is { } problem)
            throw new ArgumentException(problem);
    }
}
