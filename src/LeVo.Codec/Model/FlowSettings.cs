namespace LeVo.Codec.Model;

/// <summary>How the flow is solved.</summary>
/// <param name="Steps">Steps of equal length.</param>
/// <param name="Guidance">At most 1 means without guidance.</param>
internal sealed record FlowSettings(int Steps = 10, double Guidance = 1.5)
{
    /// <summary>Steps from one evaluation of the unconditional row to the next. Between them what guidance adds is computed from
    /// the last difference of the two rows.</summary>
    public int GuidanceEvery { get; init; } = 1;

    /// <summary>The first time with guidance, 0 to 1.</summary>
    public double GuidanceFrom { get; init; }

    /// <summary>The time from which on there is no guidance any more, 0 to 1.</summary>
    public double GuidanceUntil { get; init; } = 1;

    /// <summary>Adams-Bashforth of second order, which also takes the previous step's velocity into account, instead of
    /// Euler. The first step is Euler's.</summary>
    public bool SecondOrder { get; init; }

    /// <summary>Rows that the estimator evaluates for a window.</summary>
    public int Rows => Enumerable.Range(0, Steps).Sum(step => EvaluatesBoth(step) ? 2 : 1);

    /// <summary>Whether a step has guidance.</summary>
    public bool IsGuided(int step) => Guidance > 1 && GuidanceFrom * Steps <= step && step < GuidanceUntil * Steps;

    /// <summary>Whether a step evaluates the unconditional row, too.</summary>
    public bool EvaluatesBoth(int step) =>
        IsGuided(step) && (step - (int)Math.Ceiling(GuidanceFrom * Steps)) % GuidanceEvery == 0;
}
