namespace LeVo.Core.Text;

/// <summary>Kinds of findings in descriptions.</summary>
internal static class DescriptionCodes
{
    /// <summary>The description reads like a sentence.</summary>
    public const string SentenceLike = "sentence_like";
}

/// <summary>
/// Checks descriptions of songs: tags separated by commas, such as "female, pop, piano, the bpm is 120".
/// </summary>
public static class Description
{
    // The longest tags in training have forms like "the bpm is 120" and "piano and acoustic guitar".
    private const int MostWords = 6;

    /// <summary>Finds tags that are unlike the descriptions in the training data.</summary>
    /// <param name="description">The description; null or blank is valid.</param>
    /// <returns>The findings; empty when there are none.</returns>
    public static IReadOnlyList<SongFinding> Check(string? description)
    {
        foreach (string tag in (description ?? "").Split([',', '，', '、', ';', '.'], StringSplitOptions.TrimEntries))
            if (tag.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length > MostWords)
                return [new(FindingSeverity.Warning, DescriptionCodes.SentenceLike,
                    $"'{tag}' reads like a sentence; the model expects tags separated by commas: female, pop, piano.")];
        return [];
    }
}
