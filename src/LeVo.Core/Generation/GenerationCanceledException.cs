using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>A song was cancelled; nothing that was finished is lost.</summary>
public sealed class GenerationCanceledException : OperationCanceledException
{
    /// <summary>Wraps a cancellation.</summary>
    public GenerationCanceledException(
        SongTokens tokens, OperationCanceledException inner, CancellationToken cancellationToken)
        : base($"The song was cancelled after {tokens?.Frames} frames.", inner, cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Tokens = tokens;
    }

    /// <summary>The frames that were complete. As <see cref="SongRequest.Beginning"/> of the same request they continue
    /// the song; <see cref="IMusicCodec.DecodeAsync"/> makes them audible.</summary>
    public SongTokens Tokens { get; }
}
