using LeVo.Core.Conditioning;
using LeVo.Core.Model;

namespace LeVo.Core.Engines;

/// <summary>A loaded language model that starts sessions. Thread-safe; sessions run side by side.</summary>
internal interface IStepEngine : IDisposable
{
    /// <summary>Sizes and ids.</summary>
    LeLmConfig Config { get; }

    /// <summary>Begins a song.</summary>
    /// <param name="conditions">What the song is conditioned on.</param>
    /// <param name="columns">Columns that will be read at most.</param>
    /// <returns>The session's state, owned by the caller.</returns>
    ILogitsStepper Start(SongConditions conditions, int columns);
}
