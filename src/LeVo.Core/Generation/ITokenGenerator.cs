using LeVo.Core.Adapters;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>Generates songs as tokens (LeLM). Thread-safe; every call is a song of its own.</summary>
public interface ITokenGenerator
{
    /// <summary>The model and its limits.</summary>
    ModelInfo Model { get; }

    /// <summary>Checks a request without starting work: lyrics, description, duration, prompt and options. A request with
    /// an error is rejected before work starts.</summary>
    /// <param name="request">The song.</param>
    IReadOnlyList<SongFinding> Check(SongRequest request);

    /// <summary>
    /// Generates a song frame by frame. The first frame comes once the delayed tracks have caught up with it. A song is
    /// computed on a thread of its own from the first frame that is asked for on, whether or not its frames are taken; where
    /// as many songs are made as <c>LeVoOptions.MaxConcurrentSongs</c> allows, it waits for its turn first, without a thread.
    /// </summary>
    /// <param name="request">The song.</param>
    /// <param name="progress">Receives <see cref="SongStage.Prefill"/> and <see cref="SongStage.Tokens"/>, on the
    /// song's thread.</param>
    /// <param name="cancellationToken">Stops within a step. Frames handed out stay valid;
    /// <see cref="GenerateTokensAsync"/> collects them.</param>
    /// <returns>Frames in order, those of <see cref="SongRequest.Beginning"/> first. Ends where the song
    /// ends.</returns>
    /// <exception cref="ArgumentException"><see cref="Check"/> finds an error; the message lists all. Thrown at
    /// once.</exception>
    /// <exception cref="IOException">The progress file of the request cannot be read, or not be written at the
    /// start.</exception>
    IAsyncEnumerable<TokenFrame> GenerateFramesAsync(SongRequest request,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Generates a song to its end.</summary>
    /// <exception cref="GenerationCanceledException">Generation was cancelled; holds the frames that were
    /// finished.</exception>
    /// <inheritdoc cref="GenerateFramesAsync"/>
    async Task<SongTokens> GenerateTokensAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default) => await TokenGenerator.CollectAsync(
            GenerateFramesAsync(request, progress, cancellationToken), Model.FrameRate, cancellationToken)
            .ConfigureAwait(false);
}

/// <summary>A loaded model and its limits.</summary>
/// <param name="Name">Name for people: the folder's.</param>
/// <param name="Hash">Names the content; equal for equal files.</param>
/// <param name="FrameRate">Frames per second.</param>
/// <param name="MaxDuration">Longest song.</param>
/// <param name="Options">How tokens are picked unless a request says otherwise; of a loaded model all settings are
/// there.</param>
public sealed record ModelInfo(
    string Name, string Hash, int FrameRate, TimeSpan MaxDuration, GenerationOptions Options)
{
    /// <summary>Playing time of an audio prompt; a longer one is cut.</summary>
    public TimeSpan PromptDuration { get; init; }

    /// <summary>The adapters that were added to the weights; <see cref="Hash"/> includes them.</summary>
    public IReadOnlyList<AdapterInfo> Adapters { get; init; } = [];

    /// <summary>Playing time of the longest song.</summary>
    internal static TimeSpan LongestDuration(LeLmConfig config) =>
        new((config.MaxFrames * TimeSpan.TicksPerSecond + config.FrameRate - 1) / config.FrameRate);
}
