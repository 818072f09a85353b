namespace LeVo.Experiments.TokenWorld;

/// <summary>The work of one seed.</summary>
/// <param name="Songs">Training songs.</param>
/// <param name="MixedSteps">Updates of the language model.</param>
/// <param name="TrackSteps">Updates of the AR decoder; joint training has as many as both together.</param>
/// <param name="DpoSteps">Updates of one strategy.</param>
/// <param name="RewardSteps">Updates of the reward model.</param>
/// <param name="Lyrics">Lyrics that the pairs of strategies 1 and 2 are made for; the raters hear songs of half as many.</param>
/// <param name="Samples">Samples of each.</param>
/// <param name="Validation">Lyrics that the blend's weights are chosen on.</param>
/// <param name="HeldOut">Lyrics that everything is measured on, with two songs of each.</param>
/// <param name="SweepPoints">Blends of the sweep.</param>
internal sealed record Budget(int Songs, int MixedSteps, int TrackSteps, int DpoSteps, int RewardSteps, int Lyrics,
    int Samples, int Validation, int HeldOut, int SweepPoints)
{
    /// <summary>About half an hour of one core a seed.</summary>
    public static Budget Full { get; } = new(4000, 700, 1500, 100, 300, 4096, 4, 256, 500, 3);

    /// <summary>At most ten minutes: shows that everything runs, and rough tendencies.</summary>
    public static Budget Smoke { get; } = new(1500, 300, 400, 40, 150, 256, 4, 32, 64, 3);

    /// <summary>Seconds, for the tests.</summary>
    public static Budget Tiny { get; } = new(16, 2, 2, 2, 2, 6, 3, 2, 4, 2);
}
