using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>The rules that every request is checked against, and the values of what it leaves open.</summary>
internal static class RequestRules
{
    /// <summary>Checks a request and fills in its seed, duration and options. Settling a settled request changes
    /// nothing.</summary>
    /// <exception cref="ArgumentException">The request contradicts itself or exceeds the model.</exception>
    public static SongRequest Settle(SongRequest request, ModelInfo model)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.WithStems && request.Part != SongPart.Mixed)
            throw new ArgumentException("Stems belong to a whole song, not to one of its tracks.", nameof(request));
        if (request is { ProgressPath: not null, Seed: null })
        {
            throw new ArgumentException(
                "A song with a progress file needs a seed; it is resumed with the same.", nameof(request));
        }
        if (request.Lyrics is null && request.Part != SongPart.Accompaniment)
            throw new ArgumentException("A song with a voice needs lyrics.", nameof(request));
        SongRequest settled = request with
        {
            Seed = request.Seed ?? (ulong)Random.Shared.NextInt64(),
            Duration = request.Duration ?? model.MaxDuration,
            Options = (request.Options?.Over(model.Options) ?? model.Options).Over(GenerationOptions.Released),
        };
        settled.Options.Validate();
        if (FramesOf(settled.Duration.Value, model) < 1 || FramesOf(settled.Duration.Value, model) > FramesOf(model.MaxDuration, model))
        {
            throw new ArgumentOutOfRangeException(nameof(request), settled.Duration,
                $"A song lasts from one frame (1/{model.FrameRate} s) to {model.MaxDuration.TotalSeconds} s with this model.");
        }
        return settled;
    }

    /// <summary>Whole frames in a playing time.</summary>
    public static Int128 FramesOf(TimeSpan duration, ModelInfo model) =>
        (Int128)duration.Ticks * model.FrameRate / TimeSpan.TicksPerSecond;
}
