namespace LeVo.Core.Text;

/// <summary>Kinds of findings in descriptions.</summary>
internal static class DescriptionCodes
{
    /// <summary>The description reads like a sentence.</summary>
    public const string SentenceLike = "sentence_like";
}

/// <summary>Descriptions of songs: tags separated by commas, such as "female, pop, piano, the bpm is 120".</summary>
public static class Description
{
    // The longest tag the model knows has the form "the bpm is 120"; instruments come as "piano and acoustic guitar".
    private const int MostWords = 6;

    /// <summary>Finds what is unlike the descriptions of training.</summary>
    public static IReadOnlyList<SongFinding> Check(string? description)
    {
        foreach (string tag in (description ?? "").Split([',', '，', '、', ';', '.'], StringSplitOptions.TrimEntries))
            if (tag.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length > MostWords)
                return [new(FindingSeverity.Warning, DescriptionCodes.SentenceLike,
                    $"'{tag}' reads like a sentence; the model knows tags separated by commas: female, pop, piano.")];
        return [];
    }
}
