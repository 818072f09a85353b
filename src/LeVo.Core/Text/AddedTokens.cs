
namespace LeVo.Core.Text;

/// <summary>The tokens that LeLM's two tokenizers add to the vocabulary.</summary>
internal static class AddedTokens
{
    public const string TextPad = "<|endoftext|>";
    public const string TextStart = "<|im_start|>";
    public const string MusicalityVeryHigh = "[Musicality-very-high]";
    public const string MusicalityVeryLow = "[Musicality-very-low]";
    public const string PureMusic = "[Pure-Music]";
    private const string FullStop = ".";

    /// <summary>Tokens of the lyrics tokenizer: the structure tags; with v2 rules also the full stop.</summary>
    public static IReadOnlyList<string> ForLyrics(TextRules rules, IReadOnlyList<string> structureTags) =>
        rules == TextRules.V2 ? [.. structureTags, FullStop] : structureTags;

    /// <summary>
    /// Tokens of the description tokenizer: with v2 rules the musicality tags and the full stop, else none.
    /// </summary>
    public static IReadOnlyList<string> ForDescription(TextRules rules) => rules == TextRules.V2
        ?
        [
            MusicalityVeryHigh, "[Musicality-high]", "[Musicality-medium]", "[Musicality-low]", MusicalityVeryLow,
            PureMusic, FullStop,
        ]
        : [];
}
