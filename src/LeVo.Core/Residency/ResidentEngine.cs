using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Model;

namespace LeVo.Core.Residency;

/// <summary>An engine whose weights are in memory only while the group does not need the memory otherwise. Thread-safe.</summary>
/// <param name="config">Sizes and ids of the model.</param>
/// <param name="group">The parts of which one at a time is in memory.</param>
/// <param name="load">Loads the engine.</param>
internal sealed class ResidentEngine(LeLmConfig config, ResidentGroup group, Func<ILeLmEngine> load) : ILeLmEngine
{
    private readonly Resident<ILeLmEngine> engine = new(group, load);

    public LeLmConfig Config { get; } = config;

    /// <summary>Whether the weights are in memory.</summary>
    public bool IsLoaded => engine.IsLoaded;

    /// <summary>Loads the weights now, so that faults of the files are told before the first song.</summary>
    public void Load() => engine.Rent().Dispose();

    public ILeLmSequence Start(ConditionIds given, ConditionIds absent, int columns)
    {
        Resident<ILeLmEngine>.Lease lease = engine.Rent();
        try
        {
            return new LeasedSequence(lease.Value.Start(given, absent, columns), lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public void Dispose() => engine.Dispose();
}
