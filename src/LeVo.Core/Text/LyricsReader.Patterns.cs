using System.Text.RegularExpressions;

namespace LeVo.Core.Text;

/// <content>What the reader looks for.</content>
internal sealed partial class LyricsReader
{
    /// <summary>Marks of headings, lists, quotations and code.</summary>
    [GeneratedRegex(@"^(?:(?:[-+>]|#{1,6})\s+|'''\w*$|#{1,6}(?=\s*\[))+")]
    internal static partial Regex Marks();

    [GeneratedRegex(@"^([^:\[\]()<>]{1,24}):\s*(?=\S)")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"\G[\[<]\s*\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,:]\d{1,3})?\s*[\]>]")]
    private static partial Regex Stamp();

    /// <summary>Elements of HTML and WebVTT.</summary>
    [GeneratedRegex(@"\G</?(?:b|i|u|em|strong|p|div|span|font|a|h[1-6]|br|hr|small|pre|code|li|ul|ol|c|v)(?:[\s.][^<>]{0,200})?/?>",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Element();

    /// <summary>The headers of LRC files.</summary>
    [GeneratedRegex("^(?:ti|ar|al|au|by|offset|length|re|ve|la|id|tool|key|lr|title|artist|album|author|#)\\s*:",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"^\(\s*(?:x\s*\d{1,2}|\d{1,2}\s*x|×\s*\d{1,2}|\d{1,2}\s*times|repeat[^)]{0,20}|bis|重复[^)]{0,6}|重複[^)]{0,6})\s*\)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Repetition();

    [GeneratedRegex(@"(?<=\S)\s+[xX×]\s?\d{1,2}$")]
    private static partial Regex Times();

    [GeneratedRegex(@"^\s*(?:male|female|man|woman|boy|girl|men|women|both|all|duet|choir|singer\s?\d?|vocalist\s?\d?|男|女|合|男声|女声|合唱|男女|齐唱|男聲|女聲|齊唱)\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Singer();
}
