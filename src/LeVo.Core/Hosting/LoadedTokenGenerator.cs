using System.Runtime.CompilerServices;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Hosting;

/// <summary>Generates tokens with a model that is loaded by the first request. Members that return neither a task nor a
/// sequence block until it is loaded. Thread-safe.</summary>
internal sealed class LoadedTokenGenerator(ModelSource source, ILogger? logger) : ITokenGenerator
{
    private readonly Lock gate = new();
    private volatile ITokenGenerator? loaded;

    /// <inheritdoc/>
    public ModelInfo Model => Loaded().Model;

    /// <inheritdoc/>
    public IReadOnlyList<SongFinding> Check(SongRequest request) => Loaded().Check(request);

    /// <inheritdoc/>
    public IAsyncEnumerable<TokenFrame> GenerateFramesAsync(SongRequest request,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        // A bad request is refused at once, as soon as the model is there.
        return loaded is { } generator
            ? generator.GenerateFramesAsync(request, progress, cancellationToken)
            : WaitAndGenerate(request, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<SongTokens> GenerateTokensAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ITokenGenerator generator = await GetAsync(request.Beginning, cancellationToken).ConfigureAwait(false);
        return await generator.GenerateTokensAsync(request, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for the model.</summary>
    /// <param name="tokens">The tokens that exist already, or null; a cancellation returns them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GenerationCanceledException">The wait was cancelled.</exception>
    public async Task<ITokenGenerator> GetAsync(SongTokens? tokens, CancellationToken cancellationToken)
    {
        if (loaded is { } generator)
            return generator;
        LeVoModel model = await source.Model.GetForSongAsync(() => tokens ?? SongTokens.FromFrames([]), cancellationToken)
            .ConfigureAwait(false);
        lock (gate)
            return loaded ??= model.CreateTokenGenerator(logger);
    }

    private ITokenGenerator Loaded() => loaded ?? GetAsync(null, CancellationToken.None).GetAwaiter().GetResult();

    private async IAsyncEnumerable<TokenFrame> WaitAndGenerate(SongRequest request, IProgress<GenerationProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ITokenGenerator generator = await GetAsync(request.Beginning, cancellationToken).ConfigureAwait(false);
        await foreach (TokenFrame frame in generator.GenerateFramesAsync(request, progress, cancellationToken)
            .ConfigureAwait(false))
        {
            yield return frame;
        }
    }
}
