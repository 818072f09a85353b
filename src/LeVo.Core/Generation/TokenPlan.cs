using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>A request checked against a model, in the model's terms.</summary>
internal sealed record TokenPlan
{
    private const string NoWords = ".";

    public required SongConditions Conditions { get; init; }

    public required int Frames { get; init; }

    public required GenerationOptions Options { get; init; }

    public required ulong Seed { get; init; }

    public required int[] Banned { get; init; }

    /// <summary>Codes <c>[3, n]</c> of the first frames.</summary>
    public required int[] Beginning { get; init; }

    /// <exception cref="ArgumentException">The request is out of the model's range.</exception>
    public static TokenPlan Of(SongRequest request, LeLmConfig config, GenerationOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(request);
        GenerationOptions options = request.Options ?? defaults;
        options.Validate();
        if (request is { CheckpointPath: not null, Seed: null })
            throw new ArgumentException("A song with a checkpoint needs a seed; it is continued with the same.", nameof(request));
        int frames = FramesOf(request.Duration, config);
        var conditions = new SongConditions
        {
            Lyrics = LyricsOf(request),
            Description = StyleText.Assemble(config.TextRules, request.Description, request.Part),
            Prompt = PromptOf(request.Prompt?.Tokens, config),
        };
        return new()
        {
            Conditions = conditions,
            Frames = frames,
            Options = options,
            Seed = request.Seed ?? RandomSeed(),
            Banned = BanList.Of(conditions.Prompt, config),
            Beginning = BeginningOf(request.Beginning, frames, config),
        };
    }

    public static ulong RandomSeed() => (ulong)Random.Shared.NextInt64();

    /// <summary>Playing time of the longest song.</summary>
    public static TimeSpan LongestOf(LeLmConfig config) =>
        new((config.MostFrames * TimeSpan.TicksPerSecond + config.FrameRate - 1) / config.FrameRate);

    /// <summary>Whole frames in a playing time, between one and the model's most.</summary>
    private static int FramesOf(TimeSpan? duration, LeLmConfig config)
    {
        int most = config.MostFrames;
        if (duration is not { } time)
            return most;
        Int128 frames = (Int128)time.Ticks * config.FrameRate / TimeSpan.TicksPerSecond;
        if (frames >= 1 && frames <= most)
            return (int)frames;
        throw new ArgumentOutOfRangeException(nameof(duration), time,
            $"A song lasts from one frame (1/{config.FrameRate} s) to {config.MaxSeconds} s with this model.");
    }

    private static string LyricsOf(SongRequest request)
    {
        if (request.Part == SongPart.Accompaniment)
            return request.Lyrics?.Render(request.Part) ?? NoWords;
        return request.Lyrics?.Render(request.Part)
            ?? throw new ArgumentException("A song with a voice needs lyrics.", nameof(request));
    }

    private static int[,]? PromptOf(SongTokens? prompt, LeLmConfig config)
    {
        if (prompt is null)
            return null;
        var codes = new int[3, prompt.Frames];
        ReadOnlyMemory<int>[] rows = [prompt.Mixed, prompt.Vocal, prompt.Accompaniment];
        for (int q = 0; q < rows.Length; q++)
        {
            for (int t = 0; t < prompt.Frames; t++)
            {
                int code = codes[q, t] = rows[q].Span[t];
                if (code >= config.PromptCodeSize && code != config.PromptNullId)
                {
                    throw new ArgumentException(
                        $"The prompt holds the code {code}; this model has {config.PromptCodeSize}.", nameof(prompt));
                }
            }
        }
        return PromptCodes.Fit(codes, config);
    }

    private static int[] BeginningOf(SongTokens? beginning, int frames, LeLmConfig config)
    {
        if (beginning is null)
            return [];
        if (beginning.Frames > frames)
        {
            throw new ArgumentException(
                $"The beginning has {beginning.Frames} frames, the whole song {frames}.", nameof(beginning));
        }
        int[] codes = [.. beginning.Mixed.Span, .. beginning.Vocal.Span, .. beginning.Accompaniment.Span];
        return Array.TrueForAll(codes, code => code < config.CodeSize)
            ? codes
            : throw new ArgumentException(
                $"The beginning holds codes beyond {config.CodeSize - 1}.", nameof(beginning));
    }
}
