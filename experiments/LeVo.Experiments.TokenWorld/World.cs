using LeVo.Core.Model;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TokenWorld;

/// <summary>A world: the meaning of its codes, the size of the model that learns it, and the updates of each stage.</summary>
/// <param name="Name">Its name on the command line and in the tables.</param>
/// <param name="Codes">The codes.</param>
/// <param name="Model">The model of the full system.</param>
/// <param name="Budget">The work of one seed.</param>
internal sealed record World(string Name, WorldCodes Codes, LeLmConfig Model, Budget Budget)
{
    /// <summary>The first world: the language model has room to spare, and the tracks get most of the updates.</summary>
    public static World Plain { get; } = Of("plain", new(1, 1, MixTellsPitch: false, Size: 96), 64, 4, Budget.Full);

    /// <summary>
    /// The second world, in which the tracks could disturb the language model: a mixed code has four times
    /// the content, the tracks have ornaments and fills that nothing else tells, and the model is narrower.
    /// </summary>
    public static World Crowded { get; } = Of("crowded", new(2, 4, MixTellsPitch: true, Size: 320), 48, 2,
        Budget.Full);

    /// <summary>The tracks are predicted in the same frame as the mix.</summary>
    public LeLmConfig WithoutDelay => Model with { Delays = [0, 0, 0] };

    /// <summary>No second transformer: the heads of the tracks read the language model's states.</summary>
    public LeLmConfig WithoutDecoder => Model with { TrackLayers = 0 };

    private static World Of(string name, WorldCodes codes, int width, int delay, Budget budget) => new(name, codes, MiniTokenizerFiles.Fit(new()
    {
        Width = width,
        FeedForwardWidth = 2 * width,
        Heads = 4,
        MixedLayers = 3,
        TrackLayers = 1,
        CodeSize = codes.Size,
        MixedRopeTheta = 10_000,
        TrackRopeTheta = 10_000,
        Delays = [0, delay, delay],
        FrameRate = WorldSong.FrameRate,
        MaxSeconds = 7,
        PromptSeconds = 1,
        LyricsLength = 20,
        DescriptionLength = 14,
        PromptLength = 7,
        PromptCodeSize = codes.Size,
        PromptNullId = codes.Size + 1,
        PromptRealBelow = codes.Size,
        ConditionDropout = 0.1,
        AttributeDropouts = [new("description", 0), new("type_info", 0.1), new("prompt_audio", 0.5)],
    }), budget);
}
