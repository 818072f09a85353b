using LeVo.Codec.Model;

namespace LeVo.Experiments.TrainDemo.Decoders;

/// <summary>Settings of the codec's decoder that are compared.</summary>
/// <param name="Name">Short, for the command line and the table.</param>
/// <param name="Flow">The solver; its guidance is that of the model folder.</param>
/// <param name="EndsWithSong">Whether the last window ends with the song.</param>
internal sealed record DecoderCandidate(string Name, FlowSettings Flow, bool EndsWithSong = true)
{
    /// <summary>What the others are compared with: the released settings.</summary>
    public static DecoderCandidate Exact { get; } = new("exact", new(10), EndsWithSong: false);

    /// <summary>All candidates, the released settings first.</summary>
    public static IReadOnlyList<DecoderCandidate> All { get; } =
    [
        Exact,
        new("exact-end", new(10)),
        new("euler-10-every2", new(10) { GuidanceEvery = 2 }),
        new("euler-8-every2", new(8) { GuidanceEvery = 2 }),
        new("euler-6", new(6)),
        new("euler-5-every2", new(5) { GuidanceEvery = 2 }),
        new("euler-4", new(4)),
        Second("ab-8"),
        Second("ab-6"),
        Second("ab-5"),
        Second("ab-4"),
        Second("ab-8-every2", every: 2),
        Second("ab-6-every2", every: 2),
        Second("ab-6-every3", every: 3),
        Second("ab-5-every2", every: 2),
        Second("ab-4-every2", every: 2),
        Second("ab-8-early", until: 0.5),
        Second("ab-8-late", from: 0.5),
        Second("ab-6-early", until: 0.3),
        Second("ab-6-late", from: 0.6),
        Second("ab-8-unguided", until: 0),
        Second("ab-6-unguided", until: 0),
        new("euler-10-unguided", new(10) { GuidanceUntil = 0 }),
    ];

    /// <summary>Adams-Bashforth with the number of steps that the name has.</summary>
    private static DecoderCandidate Second(string name, int every = 1, double from = 0, double until = 1) => new(name,
        new(name[3] - '0') { SecondOrder = true, GuidanceEvery = every, GuidanceFrom = from, GuidanceUntil = until });
}
