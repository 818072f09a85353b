using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Hosting;

/// <summary>Generates songs with a model that is loaded by the first request. <see cref="Check"/> and <see cref="StreamAsync"/>
/// block until it is loaded; songs wait asynchronously. Thread-safe.</summary>
internal sealed class LoadedSongGenerator(ITokenGenerator tokens, ModelSource source, ILogger<SongGenerator>? logger)
    : ISongGenerator
{
    private readonly Lock gate = new();
    private volatile SongGenerator? loaded;

    /// <inheritdoc/>
    public IReadOnlyList<SongFinding> Check(SongRequest request) => Loaded().Check(request);

    /// <inheritdoc/>
    public async Task<Song> GenerateAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        SongGenerator generator = await GetAsync(request.Beginning, cancellationToken).ConfigureAwait(false);
        return await generator.GenerateAsync(request, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Song> DecodeAsync(SongTokens tokens, SongRequest request,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(request);
        SongGenerator generator = await GetAsync(tokens, cancellationToken).ConfigureAwait(false);
        return await generator.DecodeAsync(tokens, request, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public SongStream StreamAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Loaded().StreamAsync(request, progress, cancellationToken);
    }

    /// <summary>Waits for both halves of the model.</summary>
    /// <param name="written">The tokens that exist already, or null; a cancellation returns them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GenerationCanceledException">The wait was cancelled.</exception>
    public async Task<SongGenerator> GetAsync(SongTokens? written, CancellationToken cancellationToken)
    {
        if (loaded is { } generator)
            return generator;
        ITokenGenerator words = tokens is LoadedTokenGenerator own
            ? await own.GetAsync(written, cancellationToken).ConfigureAwait(false)
            : tokens;
        IMusicCodec codec = await source.Codec.GetForSongAsync(
            () => written ?? SongTokens.FromFrames([], words.Model.FrameRate), cancellationToken).ConfigureAwait(false);
        lock (gate)
            return loaded ??= new(words, codec, logger);
    }

    private SongGenerator Loaded() => loaded ?? GetAsync(null, CancellationToken.None).GetAwaiter().GetResult();
}
