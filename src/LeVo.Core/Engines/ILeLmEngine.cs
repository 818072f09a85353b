using LeVo.Core.Conditioning;
using LeVo.Core.Model;

namespace LeVo.Core.Engines;

/// <summary>A loaded LeLM, which starts sequences. Thread-safe; sequences can run concurrently.</summary>
internal interface ILeLmEngine : IDisposable
{
    /// <summary>Sizes and ids of the model.</summary>
    LeLmConfig Config { get; }

    /// <summary>Where it computes, as libtorch names the device.</summary>
    string Device => "cpu";

    /// <summary>Starts the sequence of a song.</summary>
    /// <param name="given">The song's conditions.</param>
    /// <param name="absent">The conditions of the guidance branch.</param>
    /// <param name="columns">Maximum number of columns.</param>
    /// <returns>The sequence's state, owned by the caller.</returns>
    ILeLmSequence Start(ConditionIds given, ConditionIds absent, int columns);
}
