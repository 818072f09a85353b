
namespace LeVo.Core.Text;

/// <summary>The tokens that LeLM's two tokenizers add to the vocabulary.</summary>
internal static class AddedTokens
{
    public const string TextPad = "<|endoftext|>";
    public const string TextStart = "<|im_start|>";
    public const string PureMusic = "[Pure-Music]";
    private const string FullStop = ".";

    private static readonly string[] Tiers =
        ["[Musicality-very-high]", "[Musicality-high]", "[Musicality-medium]", "[Musicality-low]", "[Musicality-very-low]"];

    /// <summary>The tags of all tiers of musicality.</summary>
    public static IReadOnlyList<string> MusicalityTags => Tiers;

    /// <summary>The tag of a tier of musicality.</summary>
    public static string Of(Musicality tier) => Tiers[(int)tier];

    /// <summary>Tokens of the lyrics tokenizer: the structure tags; with v2 rules also the full stop.</summary>
    public static IReadOnlyList<string> ForLyrics(TextRules rules, IReadOnlyList<string> structureTags) =>
        rules == TextRules.V2 ? [.. structureTags, FullStop] : structureTags;

    /// <summary>
    /// Tokens of the description tokenizer: with v2 rules the musicality tags and the full stop, else none.
    /// </summary>
    public static IReadOnlyList<string> ForDescription(TextRules rules) => rules == TextRules.V2
        ? [.. Tiers, PureMusic, FullStop]
        : [];
}
