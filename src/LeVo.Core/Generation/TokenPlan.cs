using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>A settled request in the model's terms.</summary>
internal sealed record TokenPlan
{
    public required SongCondition Condition { get; init; }

    public required int Frames { get; init; }

    public required GenerationOptions Options { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Ids that the mixed stream must not take.</summary>
    public required int[] Banned { get; init; }

    /// <summary>The first frames.</summary>
    public required SongTokens Beginning { get; init; }

    /// <exception cref="ArgumentException">The request exceeds the model.</exception>
    public static TokenPlan Create(SongRequest request, LeLmConfig config, ModelInfo model)
    {
        request = RequestRules.Settle(request, model);
        SongTokens? prompt = request.Prompt?.Tokens;
        CheckPrompt(prompt, config);
        var frames = (int)RequestRules.FramesOf(request.Duration!.Value, model);
        return new()
        {
            Condition = new(request.Lyrics?.Render(request.Part) ?? Lyrics.Wordless,
                StyleText.Assemble(config.TextRules, request.Description, request.Part))
            {
                Prompt = prompt,
            },
            Frames = frames,
            Options = request.Options!,
            Seed = request.Seed!.Value,
            Banned = PromptCodes.Banned(prompt, config),
            Beginning = CheckBeginning(request.Beginning, frames, config),
        };
    }

    private static void CheckPrompt(SongTokens? prompt, LeLmConfig config)
    {
        foreach (int code in prompt is null ? [] : prompt.Codes)
        {
            if (code >= config.PromptCodeSize && code != config.PromptNullId)
            {
                throw new ArgumentException(
                    $"The prompt holds the code {code}; this model has {config.PromptCodeSize}.", nameof(prompt));
            }
        }
    }

    private static SongTokens CheckBeginning(SongTokens? beginning, int frames, LeLmConfig config)
    {
        if (beginning is null)
            return SongTokens.FromFrames([], config.FrameRate);
        if (beginning.Frames > frames)
        {
            throw new ArgumentException(
                $"The beginning has {beginning.Frames} frames, the whole song {frames}.", nameof(beginning));
        }
        return beginning.Codes.ContainsAnyExceptInRange(0, config.CodeSize - 1)
            ? throw new ArgumentException($"The beginning holds codes beyond {config.CodeSize - 1}.", nameof(beginning))
            : beginning;
    }
}
