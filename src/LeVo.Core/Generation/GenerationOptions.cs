using LeVo.Core.Model;

namespace LeVo.Core.Generation;

/// <summary>
/// How tokens are picked. Every setting is optional: what is null has the value of the level below. A request's options
/// overlay those of <c>LeVoOptions.Generation</c>, these the model folder's <c>levo.sampling</c>, and that the
/// defaults of the released command line's normal path, which are named here. <see cref="ModelInfo.Options"/> and the
/// request of a finished <see cref="Song"/> have all settings.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>Softmax temperature, by default 0.8; 0 picks the best class.</summary>
    public double? Temperature { get; init; }

    /// <summary>
    /// Classes of the mixed stream that stay eligible, by default 5000, 0 for all; clamped to the number of classes. The
    /// two tracks always take their best class, as in the released system, unless <see cref="TopP"/> is set.
    /// </summary>
    public int? TopK { get; init; }

    /// <summary>Probability mass that stays eligible in every stream; overrides <see cref="TopK"/>. 0, the default,
    /// switches it off.</summary>
    public double? TopP { get; init; }

    /// <summary>Guidance coefficient, by default 1.5: 1 follows the conditions alone, more exaggerates their
    /// influence.</summary>
    public double? Guidance { get; init; }

    /// <summary>Whether ids that occurred lately are penalised; the default.</summary>
    public bool? PenalizeRepetition { get; init; }

    /// <summary>Steps that the repetition penalty looks back on, by default 50, 0 for the whole song.</summary>
    public int? RepetitionWindow { get; init; }

    /// <summary>Divisor of the logits of ids that occurred lately, by default 1.1. As in the released system it also
    /// divides negative logits, which raises them.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>Whether to draw at random, the default; otherwise the best class is taken.</summary>
    public bool? UseSampling { get; init; }

    /// <summary>All settings of the released command line's normal path.</summary>
    internal static GenerationOptions Released { get; } = new()
    {
        Temperature = 0.8,
        TopK = 5000,
        TopP = 0,
        Guidance = 1.5,
        PenalizeRepetition = true,
        RepetitionWindow = 50,
        RepetitionPenalty = 1.1,
        UseSampling = true,
    };

    /// <summary>All settings of a model folder.</summary>
    internal static GenerationOptions Of(LevoSampling sampling) => Released with
    {
        Temperature = sampling.Temperature,
        TopK = sampling.TopK,
        Guidance = sampling.Cfg,
        RepetitionWindow = sampling.Window,
    };

    /// <summary>These settings, and those of <paramref name="below"/> where these are null.</summary>
    internal GenerationOptions Over(GenerationOptions below) => new()
    {
        Temperature = Temperature ?? below.Temperature,
        TopK = TopK ?? below.TopK,
        TopP = TopP ?? below.TopP,
        Guidance = Guidance ?? below.Guidance,
        PenalizeRepetition = PenalizeRepetition ?? below.PenalizeRepetition,
        RepetitionWindow = RepetitionWindow ?? below.RepetitionWindow,
        RepetitionPenalty = RepetitionPenalty ?? below.RepetitionPenalty,
        UseSampling = UseSampling ?? below.UseSampling,
    };

    /// <summary>Every setting that is out of range.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Temperature is { } temperature && !(temperature >= 0 && double.IsFinite(temperature)))
            yield return $"Temperature is {Temperature}; it must not be negative.";
        if (TopK < 0)
            yield return $"TopK is {TopK}; it must not be negative.";
        if (TopP is not null and not (>= 0 and <= 1))
            yield return $"TopP is {TopP}; it must lie between 0 and 1.";
        if (Guidance is { } guidance && !double.IsFinite(guidance))
            yield return $"Guidance is {Guidance}; it must be finite.";
        if (RepetitionWindow < 0)
            yield return $"RepetitionWindow is {RepetitionWindow}; it must not be negative.";
        if (RepetitionPenalty is { } penalty && !(penalty > 0 && double.IsFinite(penalty)))
            yield return $"RepetitionPenalty is {RepetitionPenalty}; it must be positive.";
    }

    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    internal void Validate()
    {
        if (Problems().ToArray() is { Length: > 0 } problems)
            throw new ArgumentException(string.Join(' ', problems));
    }
}
