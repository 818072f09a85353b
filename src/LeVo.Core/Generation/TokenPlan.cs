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

    /// <param name="request">A request without errors.</param>
    /// <param name="config">Sizes and ids.</param>
    /// <param name="model">The model and its limits.</param>
    public static TokenPlan Create(SongRequest request, LeLmConfig config, ModelInfo model)
    {
        request = RequestRules.Settle(request, model);
        SongTokens? prompt = request.Prompt?.Tokens;
        var frames = (int)RequestRules.FramesOf(request.Duration!.Value, model);
        return new()
        {
            Condition = new(request.Lyrics?.Render(request.Part) ?? Lyrics.Wordless,
                StyleText.Assemble(config.TextRules, request.Description, request.Part, request.Musicality))
            {
                Prompt = prompt,
            },
            Frames = frames,
            Options = request.Options!,
            Seed = request.Seed!.Value,
            Banned = PromptCodes.Banned(prompt, config),
            Beginning = request.Beginning ?? SongTokens.FromFrames([], config.FrameRate),
        };
    }

    /// <summary>What of a request's codes does not fit the model.</summary>
    public static IEnumerable<SongFinding> Check(SongRequest request, LeLmConfig config, ModelInfo model)
    {
        ReadOnlySpan<int> prompt = request.Prompt is { Tokens: var given } ? given.Codes : [];
        var findings = new List<SongFinding>();
        if (request.Musicality is { } tier && (config.TextRules == TextRules.V1 || !Enum.IsDefined(tier)))
        {
            findings.Add(RequestRules.Error("musicality", config.TextRules == TextRules.V1
                ? "This model has no tiers of musicality (its text rules are v1)."
                : $"There is no musicality {tier}."));
        }
        foreach (int code in prompt)
        {
            if (code < config.PromptCodeSize || code == config.PromptNullId)
                continue;
            findings.Add(RequestRules.Error(
                "prompt", $"The prompt holds the code {code}; this model has {config.PromptCodeSize}."));
            break;
        }
        if (request.Prompt?.Tokens.Frames > config.PromptFrames)
        {
            findings.Add(new(FindingSeverity.Warning, "prompt_cut",
                $"The prompt has {request.Prompt.Tokens.Frames} frames; the model reads the first {config.PromptFrames}."));
        }
        if (request.Beginning is { } beginning)
        {
            Int128 frames = RequestRules.FramesOf(request.Duration ?? model.MaxDuration, model);
            if (beginning.Frames > frames)
            {
                findings.Add(RequestRules.Error(
                    "beginning", $"The beginning has {beginning.Frames} frames, the whole song {frames}."));
            }
            if (beginning.Codes.ContainsAnyExceptInRange(0, config.CodeSize - 1))
                findings.Add(RequestRules.Error("beginning", $"The beginning holds codes beyond {config.CodeSize - 1}."));
        }
        return findings;
    }
}
