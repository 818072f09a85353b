
namespace LeVo.Core.Text;

/// <summary>What LeLM's two tokenizers add to the vocabulary.</summary>
internal static class AddedTokens
{
    public const string TextStart = "<|im_start|>";
    public const string MusicalityVeryHigh = "[Musicality-very-high]";
    public const string MusicalityVeryLow = "[Musicality-very-low]";
    public const string PureMusic = "[Pure-Music]";
    private const string FullStop = ".";

    /// <summary>Tokens of the lyrics tokenizer: the structure tags; by the rules of v2 also the full stop.</summary>
    public static IReadOnlyList<string> OfLyrics(TextRules rules, IReadOnlyList<string> structureTags) =>
        rules == TextRules.V2 ? [.. structureTags, FullStop] : structureTags;

    /// <summary>Tokens of the description tokenizer: by the rules of v2 musicality tags and the full stop.</summary>
    public static IReadOnlyList<string> OfDescription(TextRules rules) => rules == TextRules.V2
        ?
        [
            MusicalityVeryHigh, "[Musicality-high]", "[Musicality-medium]", "[Musicality-low]", MusicalityVeryLow,
            PureMusic, FullStop,
        ]
        : [];
}
