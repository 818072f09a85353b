using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>Writes songs as tokens (LeLM). Thread-safe; every call is a song of its own.</summary>
public interface ITokenGenerator
{
    /// <summary>The model and its limits.</summary>
    ModelInfo Model { get; }

    /// <summary>
    /// Writes a song frame by frame. Work happens on the thread pool and only while the next frame is awaited; the
    /// first frame comes once the delayed tracks have caught up with it.
    /// </summary>
    /// <param name="request">The song.</param>
    /// <param name="progress">Hears of <see cref="SongStage.Prefill"/> and <see cref="SongStage.Tokens"/>, on pool
    /// threads.</param>
    /// <param name="cancellationToken">Stops within a step. Frames handed out stay valid;
    /// <see cref="TokenGeneratorExtensions.GenerateTokensAsync"/> collects them.</param>
    /// <returns>Frames in order, those of <see cref="SongRequest.Beginning"/> first. Ends where the song
    /// ends.</returns>
    /// <exception cref="ArgumentException">The request is out of the model's range; thrown at once.</exception>
    /// <exception cref="IOException">The checkpoint of the request cannot be read, or not be written at the
    /// beginning.</exception>
    IAsyncEnumerable<TokenFrame> GenerateFramesAsync(SongRequest request,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default);
}

/// <summary>What to know of a loaded model.</summary>
/// <param name="Name">Name for people: the folder's.</param>
/// <param name="Hash">Names the content; equal for equal files.</param>
/// <param name="FrameRate">Frames a second.</param>
/// <param name="MaxDuration">Longest song.</param>
/// <param name="Options">How tokens are picked unless a request says otherwise.</param>
public sealed record ModelInfo(
    string Name, string Hash, int FrameRate, TimeSpan MaxDuration, GenerationOptions Options);
