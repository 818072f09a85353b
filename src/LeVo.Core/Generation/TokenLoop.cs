using LeVo.Core.Engines;
using LeVo.Core.Model;

namespace LeVo.Core.Generation;

/// <summary>Steps one session with one sequence of an engine: reads columns, picks the next. Owns the sequence; for one
/// thread at a time.</summary>
internal sealed class TokenLoop(ILeLmSequence sequence, GenerationSession session, LeLmConfig config) : IDisposable
{
    private readonly float[] conditional = new float[config.Codebooks * config.Classes];
    private readonly float[] unconditional = new float[config.Codebooks * config.Classes];
    private bool prefixRead;

    /// <summary>The song.</summary>
    public GenerationSession Session => session;

    /// <summary>Picks one column; the first step reads the conditions and all given columns.</summary>
    /// <param name="prefixProgress">Receives, during the first step, the number of positions of the conditions that have
    /// been read.</param>
    /// <param name="cancellationToken">Stops the first step early; the loop cannot be used then.</param>
    /// <exception cref="InvalidOperationException">The session has ended, or the logits are not finite.</exception>
    public void Step(Action<int>? prefixProgress = null, CancellationToken cancellationToken = default)
    {
        if (!prefixRead)
            sequence.ReadPrefix(prefixProgress, cancellationToken);
        if (session.TakeKnownMixed() is { Length: > 0 } known)
            sequence.Announce(known);
        sequence.Read(session.TakeUnreadColumns(), conditional, unconditional, session.Heads,
            prefixRead ? CancellationToken.None : cancellationToken);
        prefixRead = true;
        session.Pick(conditional, unconditional);
    }

    public void Dispose() => sequence.Dispose();
}
