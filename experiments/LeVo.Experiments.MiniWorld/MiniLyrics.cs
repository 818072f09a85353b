namespace LeVo.Experiments.MiniWorld;

/// <summary>Lyrics in the released format, split into sections.</summary>
internal static class MiniLyrics
{
    /// <summary>A section: its words, and the rests after them (a sung one) or instead of them.</summary>
    public readonly record struct Part(MiniSection Section, string Text, int RestSlots);

    public static IEnumerable<Part> Split(string lyrics)
    {
        const StringSplitOptions Trimmed = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (string raw in lyrics.Split(';', Trimmed))
        {
            string tag = "", text = raw;
            if (raw.StartsWith('[') && raw.IndexOf(']') is > 0 and int end)
                (tag, text) = (raw[1..end].ToLowerInvariant(), raw[(end + 1)..]);
            MiniSection section = SectionOf(tag);
            bool sung = Phones.FromText(text).Count > 0;
            yield return new Part(section, text, sung ? 1 : InstrumentalSlots(tag));
        }
    }

    /// <summary>The phones of all sections without rests.</summary>
    public static int[] SungPhones(string lyrics) =>
        [.. Split(lyrics).SelectMany(part => Phones.FromText(part.Text)).Select(sung => sung.Phone).Where(p => p != 0)];

    private static MiniSection SectionOf(string tag) => tag.Split('-')[0] switch
    {
        "chorus" => MiniSection.Chorus,
        "bridge" => MiniSection.Bridge,
        "intro" => MiniSection.Intro,
        "inst" => MiniSection.Inst,
        "outro" => MiniSection.Outro,
        "silence" => MiniSection.Silence,
        _ => MiniSection.Verse,
    };

    private static int InstrumentalSlots(string tag) =>
        tag == "silence" ? 4 : tag.EndsWith("-long", StringComparison.Ordinal) ? 24
        : tag.EndsWith("-medium", StringComparison.Ordinal) ? 16 : 8;
}
