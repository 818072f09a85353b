using LeVo.Core.Conditioning;
using LeVo.Core.Model;

namespace LeVo.Core.Engines;

/// <summary>A loaded LeLM that starts sequences. Thread-safe; sequences run side by side.</summary>
internal interface ILeLmEngine : IDisposable
{
    /// <summary>Sizes and ids.</summary>
    LeLmConfig Config { get; }

    /// <summary>Starts a song.</summary>
    /// <param name="given">The song's conditions.</param>
    /// <param name="absent">The conditions of the guidance branch.</param>
    /// <param name="columns">Columns that will be read at most.</param>
    /// <returns>The sequence's state, owned by the caller.</returns>
    ILeLmSequence Start(ConditionIds given, ConditionIds absent, int columns);
}
