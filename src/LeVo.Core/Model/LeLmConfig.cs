using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;

namespace LeVo.Core.Model;

/// <summary>Sizes and constants of LeLM. Defaults are those of the released v2-medium model.</summary>
internal sealed record LeLmConfig
{
    /// <summary>Width of both transformer stacks (D).</summary>
    public int Width { get; init; } = 1536;

    /// <summary>Hidden width of the feed-forward layers.</summary>
    public int FeedForwardWidth { get; init; } = 8960;

    /// <summary>Attention heads of both stacks.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Layers of the language model over mixed tokens (stack 1).</summary>
    public int MixedLayers { get; init; } = 28;

    /// <summary>Layers of the AR decoder over dual-track tokens (stack 2).</summary>
    public int TrackLayers { get; init; } = 12;

    /// <summary>Token streams (K): 0 mixed, 1 vocal, 2 accompaniment.</summary>
    public int Codebooks { get; init; } = 3;

    /// <summary>Codes of one stream (V). The id V is end-of-sequence, V + 1 the special (empty) token.</summary>
    public int CodeSize { get; init; } = 16384;

    /// <summary>Rotary base of stack 1.</summary>
    public float MixedRopeTheta { get; init; } = 500_000;

    /// <summary>Rotary base of stack 2.</summary>
    public float TrackRopeTheta { get; init; } = 500_000;

    /// <summary>Delay in frames of each stream behind the mixed stream.</summary>
    public IReadOnlyList<int> Delays { get; init; } = [0, 250, 250];

    /// <summary>Frames emitted one stream at a time before the delayed part (0 in every released model).</summary>
    public int FlattenFirst { get; init; }

    /// <summary>Extra empty columns at the start (0 in every released model).</summary>
    public int EmptyInitial { get; init; }

    /// <summary>Frames per second.</summary>
    public int FrameRate { get; init; } = 25;

    /// <summary>Longest song in seconds.</summary>
    public double MaxSeconds { get; init; } = 270;

    /// <summary>Length of an audio prompt in seconds.</summary>
    public int PromptSeconds { get; init; } = 10;

    /// <summary>Prefix positions of the lyrics.</summary>
    public int LyricsLength { get; init; } = 600;

    /// <summary>Prefix positions of the description.</summary>
    public int DescriptionLength { get; init; } = 100;

    /// <summary>Prefix positions of the audio prompt.</summary>
    public int PromptLength { get; init; } = 252;

    /// <summary>Number of codes in the prompt conditioner's tables.</summary>
    public int PromptCodeSize { get; init; } = 16384;

    /// <summary>Order of the conditions in the prefix, by the config's names: description (the lyrics), prompt_audio, type_info.</summary>
    public IReadOnlyList<string> PrefixOrder { get; init; } = ConditionNames.All;

    /// <summary>Tokens added to the lyrics tokenizer, in order; those in square brackets are structure tags.</summary>
    public IReadOnlyList<string> StructureTags { get; init; } = StructureTag.Released;

    /// <summary>Rows of the lyrics token table.</summary>
    public int LyricsVocabulary { get; init; } = 151_659;

    /// <summary>Rows of the description token table.</summary>
    public int DescriptionVocabulary { get; init; } = 151_652;

    /// <summary>Rows of the structure table.</summary>
    public int StructureRows { get; init; } = 200;

    /// <summary>Text rules, <see cref="TextRules.V1"/> or <see cref="TextRules.V2"/>.</summary>
    public TextRules TextRules { get; init; } = TextRules.V2;

    /// <summary>Id that pads texts.</summary>
    public int TextPadId { get; init; } = 151_643;

    /// <summary>A structure tag's row in the structure table is its id minus this.</summary>
    public int StructureBase { get; init; } = 151_645;

    /// <summary>Id that fills an absent audio prompt.</summary>
    public int PromptNullId { get; init; } = 16_385;

    /// <summary>Prompt ids below this are real codes, excluded from the mixed stream during generation.</summary>
    public int PromptRealBelow { get; init; } = 16_384;

    /// <summary>Guidance coefficient of the config (inference_coef).</summary>
    public double GuidanceCoefficient { get; init; } = 1.5;

    /// <summary>Probability that training drops all conditions of a sample.</summary>
    public double ConditionDropout { get; init; } = 0.15;

    /// <summary>
    /// Entries of attribute dropout in file order: the condition's name (null for an unknown entry) and the
    /// probability.
    /// </summary>
    public IReadOnlyList<AttributeDropout> AttributeDropouts { get; init; } = [];

    /// <summary>Width of one attention head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>The end-of-sequence id (V).</summary>
    public int EosId => CodeSize;

    /// <summary>The id of empty cells (V + 1).</summary>
    public int SpecialId => CodeSize + 1;

    /// <summary>Output classes: codes and end-of-sequence (C).</summary>
    public int Classes => CodeSize + 1;

    /// <summary>Input rows: codes, end-of-sequence and special (E).</summary>
    public int InputRows => CodeSize + 2;

    /// <summary>Prefix positions of all conditions.</summary>
    public int PrefixLength => LyricsLength + DescriptionLength + PromptLength;

    /// <summary>Frames of an audio prompt.</summary>
    public int PromptFrames => PromptSeconds * FrameRate;

    /// <summary>
    /// Frames of the longest song, truncated in double precision as in the reference implementation.
    /// </summary>
    internal int MaxFrames => (int)(MaxSeconds * FrameRate);

    /// <summary>Creates the delay pattern of a song.</summary>
    internal DelayPattern CreatePattern(int frames) => new(Delays, frames, FlattenFirst, EmptyInitial);
}

/// <summary>An entry of attribute dropout.</summary>
/// <param name="Condition">The condition to drop, or null for an entry that only consumes a random number.</param>
/// <param name="Probability">Probability of the drop.</param>
internal sealed record AttributeDropout(string? Condition, double Probability);
