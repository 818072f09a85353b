using System.Text.RegularExpressions;

namespace LeVo.Core.Text;

/// <summary>The names that people give to sections, and the tag that is nearest to each.</summary>
internal static partial class SectionNames
{
    /// <summary>All names, in lower case, by the tag's stem. Instrumental stems get a length.</summary>
    private static readonly (string Stem, string Names)[] Table =
    [
        ("verse", "verse, vers, verses, strophe, rap, pre chorus, prechorus, pre hook, prehook, pre refrain, lift, "
            + "主歌, 导歌, 導歌, 预副歌, 預副歌, 说唱, 說唱, aメロ, bメロ, 1절, 2절, 3절, 벌스, 프리코러스, verso, estrofa, strofa, couplet, zwrotka, куплет"),
        ("chorus", "chorus, choruses, hook, refrain, post chorus, postchorus, post hook, 副歌, 高潮, サビ, 大サビ, 후렴, 코러스, coro, "
            + "estribillo, refrão, refrao, ritornello, refren, kehrvers, припев"),
        ("bridge", "bridge, middle eight, middle 8, 桥段, 橋段, 过渡, cメロ, dメロ, 브릿지, 브리지, puente, ponte, pont, brücke, бридж"),
        ("intro", "intro, introduction, opening, prelude, 前奏, 序奏, 引子, イントロ, 인트로, 전주, introducción, introdução, vorspiel, "
            + "вступление, интро"),
        ("outro", "outro, ending, end, the end, coda, finale, fade out, fadeout, 尾奏, 尾声, 尾聲, 结尾, 結尾, 结束, 結束, 后奏, 後奏, アウトロ, "
            + "아웃트로, 후주, nachspiel, кода, аутро"),
        ("inst", "inst, instrumental, interlude, solo, break, breakdown, drop, beat drop, build, build up, buildup, riff, "
            + "instrumental break, 间奏, 間奏, 独奏, 獨奏, 过门, 過門, 伴奏, 纯音乐, 純音樂, ソロ, 간주, interludio, interlúdio, zwischenspiel, "
            + "проигрыш, соло"),
        ("silence", "silence"),
    ];

    /// <summary>Names that are headings where they stand alone in a line without any mark.</summary>
    private static readonly HashSet<string> Bare =
    [
        "verse", "chorus", "pre chorus", "prechorus", "post chorus", "bridge", "refrain", "intro", "outro", "interlude",
        "instrumental", "主歌", "副歌", "前奏", "间奏", "間奏", "尾奏", "桥段", "橋段", "サビ", "aメロ", "bメロ", "后奏", "1절", "2절", "3절", "후렴", "간주",
    ];

    /// <summary>Words that tell a direction, such as "build into the chorus", from a name.</summary>
    private static readonly HashSet<string> Connectives =
        ["to", "into", "of", "the", "from", "with", "and", "before", "after", "in", "on", "no", "without", "end", "over", "under"];

    /// <summary>Words that make a sung section instrumental: "instrumental chorus".</summary>
    private static readonly HashSet<string> Instruments =
        ["instrumental", "solo", "guitar", "piano", "drum", "drums", "bass", "synth", "sax", "violin", "strings"];

    private static readonly HashSet<string> Numbers =
    [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "first", "second", "third", "fourth", "fifth",
        "a", "b", "c", "d",
    ];

    private static readonly Dictionary<string, string> Stems = Table
        .SelectMany(row => row.Names.Split(", "), (row, name) => (name, row.Stem)).ToDictionary(StringComparer.Ordinal);

    /// <summary>The tag of a name as it stands between brackets, such as "Final Chorus" or "Verse 1: softly".</summary>
    /// <param name="written">The name, without brackets.</param>
    /// <param name="tags">The model's tags.</param>
    /// <returns>The tag; null if this is no name of a section.</returns>
    public static string? Find(string written, IReadOnlyList<string> tags)
    {
        string name = written.Trim().ToLowerInvariant();
        if (tags.Contains($"[{name}]"))
            return $"[{name}]";
        string head = Head().Match(name).Value;
        string[] words = Words(head);
        string? stem = StemOf(words) ?? StemAmong(words) ?? StemWithin(head.Trim());
        return stem is null ? null : Tag(stem, name, tags);
    }

    /// <summary>The tag of a name that stands without brackets; only whole names with or without a number count.</summary>
    /// <param name="written">The name.</param>
    /// <param name="alone">Whether it is a line without any mark of a heading.</param>
    /// <param name="tags">The model's tags.</param>
    public static string? FindWhole(string written, bool alone, IReadOnlyList<string> tags)
    {
        string name = written.Trim().ToLowerInvariant();
        string[] words = Words(name);
        string phrase = string.Join(' ', words);
        bool numbered = phrase.Length < name.Length && char.IsAsciiDigit(name[^1]);
        return StemOf(words) is { } stem && stem != "silence" && (!alone || numbered || Bare.Contains(phrase))
            ? Tag(stem, name, tags)
            : null;
    }

    /// <summary>The tag that gives words a section of their own.</summary>
    public static string Sung(IReadOnlyList<string> tags, string stem = "verse") =>
        tags.FirstOrDefault(tag => tag == $"[{stem}]")
        ?? tags.FirstOrDefault(tag => StructureTag.KindOf(tag) == LyricsSectionKind.Sung) ?? $"[{stem}]";

    private static string Tag(string stem, string name, IReadOnlyList<string> tags)
    {
        if (stem is "verse" or "chorus" or "bridge")
        {
            if (!Words(name, keepAll: true).Any(Instruments.Contains))
                return Sung(tags, stem);
            stem = "inst";
        }
        string length = Words(name, keepAll: true).FirstOrDefault(word => word is "long" or "medium") ?? "short";
        return tags.FirstOrDefault(tag => tag == $"[{stem}-{length}]")
            ?? tags.FirstOrDefault(tag => tag.StartsWith("[" + stem, StringComparison.Ordinal))
            ?? tags.FirstOrDefault(tag => StructureTag.KindOf(tag) == LyricsSectionKind.Instrumental) ?? $"[{stem}-{length}]";
    }

    private static string? StemOf(string[] words) => Stems.GetValueOrDefault(string.Join(' ', words));

    /// <summary>The section that a few words end or begin with: "guitar solo", "chorus reprise".</summary>
    private static string? StemAmong(string[] words)
    {
        if (words.Length is < 2 or > 3 || words.Any(Connectives.Contains))
            return null;
        return Named(words[^2..]) ?? Named(words[^1..]) ?? Named(words[..2]) ?? Named(words[..1]);

        static string? Named(string[] words) => StemOf(words) is { } stem && stem != "silence" ? stem : null;
    }

    /// <summary>The section in scripts without spaces: a short text that begins or ends with a name.</summary>
    private static string? StemWithin(string name)
    {
        const int Longest = 8;
        if (name.Length is < 2 or > Longest || name.Any(c => c < '\u2E80'))
            return null;
        string key = Stems.Keys.Where(key => key[0] >= '\u2E80' && key.Length > 1
                && (name.StartsWith(key, StringComparison.Ordinal) || name.EndsWith(key, StringComparison.Ordinal)))
            .OrderByDescending(key => key.Length).FirstOrDefault("");
        return Stems.GetValueOrDefault(key);
    }

    /// <summary>The words of a name without numbers and lengths.</summary>
    private static string[] Words(string name, bool keepAll = false)
    {
        string[] words = AsianNumber().Replace(name, "$1").Split([' ', '-', '_', '/', '.', '#', '\t'],
            StringSplitOptions.RemoveEmptyEntries);
        return keepAll || Stems.ContainsKey(string.Join(' ', words)) ? words
            : [.. words.Where(word => !Numbers.Contains(word) && !Number().IsMatch(word) && word is not ("long" or "medium" or "short"))];
    }

    /// <summary>What stands before an explanation: "Verse 1: softly", "Chorus (twice)", "Intro - piano".</summary>
    [GeneratedRegex(@"^(?:(?!\s-\s)[^:|(,.])*")]
    private static partial Regex Head();

    [GeneratedRegex(@"^(\d{1,3}(st|nd|rd|th)?|x\d{1,2}|\d{1,2}x|i{1,3}|iv|vi{0,3}|ix)$")]
    private static partial Regex Number();

    /// <summary>A name and its number in scripts without spaces: "主歌2", "第一段主歌".</summary>
    [GeneratedRegex("^(?:第?[0-9一二三四五六七八九十]{1,3}(?:段|节|節|番)?)?([\u2E80-\uD7FF]{2,}?)[0-9一二三四五六七八九十a-d]{0,2}$")]
    private static partial Regex AsianNumber();
}
