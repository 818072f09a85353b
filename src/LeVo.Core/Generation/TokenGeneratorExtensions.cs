using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>Whole songs from an <see cref="ITokenGenerator"/>.</summary>
public static class TokenGeneratorExtensions
{
    /// <summary>Writes a song to its end.</summary>
    /// <exception cref="GenerationCanceledException">It was cancelled; holds the frames that were finished.</exception>
    /// <inheritdoc cref="ITokenGenerator.GenerateFramesAsync"/>
    public static async Task<SongTokens> GenerateTokensAsync(this ITokenGenerator generator, SongRequest request,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return await CollectAsync(
            generator.GenerateFramesAsync(request, progress, cancellationToken), generator.Model, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Collects a song's frames.</summary>
    /// <exception cref="GenerationCanceledException">It was cancelled; holds the frames that were finished.</exception>
    internal static async Task<SongTokens> CollectAsync(
        IAsyncEnumerable<TokenFrame> song, ModelInfo model, CancellationToken cancellationToken)
    {
        var frames = new List<TokenFrame>();
        try
        {
            await foreach (TokenFrame frame in song.ConfigureAwait(false))
                frames.Add(frame);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new GenerationCanceledException(
                SongTokens.FromFrames(frames, model.FrameRate), e, cancellationToken);
        }
        return SongTokens.FromFrames(frames, model.FrameRate);
    }
}
