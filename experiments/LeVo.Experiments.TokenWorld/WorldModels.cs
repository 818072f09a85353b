using LeVo.Core.Model;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TokenWorld;

/// <summary>LeLM at a size that learns the token world in minutes: under 0.3 million parameters.</summary>
internal static class WorldModels
{
    public static readonly LeLmConfig Full = MiniTokenizerFiles.Fit(new()
    {
        Width = 64,
        FeedForwardWidth = 128,
        Heads = 4,
        MixedLayers = 3,
        TrackLayers = 1,
        CodeSize = WorldCodes.CodeSize,
        MixedRopeTheta = 10_000,
        TrackRopeTheta = 10_000,
        Delays = [0, 4, 4],
        FrameRate = WorldSong.FrameRate,
        MaxSeconds = 7,
        PromptSeconds = 1,
        LyricsLength = 20,
        DescriptionLength = 14,
        PromptLength = 7,
        PromptCodeSize = WorldCodes.CodeSize,
        PromptNullId = WorldCodes.CodeSize + 1,
        PromptRealBelow = WorldCodes.CodeSize,
        ConditionDropout = 0.1,
        AttributeDropouts = [new("description", 0), new("type_info", 0.1), new("prompt_audio", 0.5)],
    });

    /// <summary>The tracks are predicted in the same frame as the mix.</summary>
    public static readonly LeLmConfig WithoutDelay = Full with { Delays = [0, 0, 0] };

    /// <summary>No second transformer: the heads of the tracks read the language model's states.</summary>
    public static readonly LeLmConfig WithoutDecoder = Full with { TrackLayers = 0 };
}
