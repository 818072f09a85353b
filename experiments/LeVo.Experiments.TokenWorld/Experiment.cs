using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;

namespace LeVo.Experiments.TokenWorld;

/// <summary>
/// All systems of the tables for one seed. Every stage keeps its result in the seed's folder, so that the same call
/// resumes.
/// </summary>
internal sealed class Experiment(SeedFolder seed)
{
    /// <summary>Trains, aligns and measures the systems of some parts of the tables.</summary>
    public async Task<IReadOnlyDictionary<string, Measured>> RunAsync(Parts parts, CancellationToken cancellation)
    {
        var results = new Dictionary<string, Measured>();
        TrainingSong[] songs = seed.Begin();
        string mixed = seed.Train("mixed", seed.World.Model, LeLmStage.Mixed, null, seed.Budget.MixedSteps, songs, cancellation);
        string full = seed.Train("tracks", seed.World.Model, LeLmStage.Tracks, mixed, seed.Budget.TrackSteps, songs, cancellation);
        results[Systems.NoDpo] = await seed.MeasureAsync("no-dpo", seed.World.Model, full, cancellation);
        if (parts.HasFlag(Parts.Alignment))
            await new AlignedSystems(seed, full).RunAsync(results, cancellation);
        if (parts.HasFlag(Parts.Ablations))
            await AblateAsync(full, mixed, songs, results, cancellation);
        return results;
    }

    private async Task AblateAsync(string full, string mixed, TrainingSong[] songs, Dictionary<string, Measured> results,
        CancellationToken cancellation)
    {
        World world = seed.World;
        results[Systems.NoDualTracks] = await seed.MeasureAsync("no-dual", world.Model, full, cancellation, mixedAlone: true);
        // The delay concerns the tracks alone, so that only the second stage differs.
        string prompt = seed.Train("no-delay", world.WithoutDelay, LeLmStage.Tracks, mixed, seed.Budget.TrackSteps, songs,
            cancellation);
        results[Systems.NoDelay] = await seed.MeasureAsync("no-delay", world.WithoutDelay, prompt, cancellation);
        int all = seed.Budget.MixedSteps + seed.Budget.TrackSteps;
        string joint = seed.Train("joint", world.Model, LeLmStage.Joint, null, all, songs, cancellation);
        results[Systems.Joint] = await seed.MeasureAsync("joint", world.Model, joint, cancellation);
        string flat = seed.Train("no-decoder", world.WithoutDecoder, LeLmStage.Joint, null, all, songs, cancellation);
        results[Systems.NoDecoder] = await seed.MeasureAsync("no-decoder", world.WithoutDecoder, flat, cancellation);
    }
}

/// <summary>Parts of the experiment.</summary>
[Flags]
internal enum Parts
{
    /// <summary>The system before its alignment.</summary>
    Base = 0,

    /// <summary>The alignment.</summary>
    Alignment = 1,

    /// <summary>The ablations of the architecture.</summary>
    Ablations = 2,

    /// <summary>Everything.</summary>
    All = Alignment | Ablations,
}
