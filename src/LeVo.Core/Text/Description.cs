namespace LeVo.Core.Text;

/// <summary>Something in a description that the model was not trained on.</summary>
/// <param name="Severity">Always a warning.</param>
/// <param name="Code">What it is: <c>sentence_like</c>.</param>
/// <param name="Message">What it is and what to do, for people.</param>
public sealed record DescriptionFinding(FindingSeverity Severity, string Code, string Message);

/// <summary>Values of <see cref="DescriptionFinding.Code"/>.</summary>
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
    public static IReadOnlyList<DescriptionFinding> Check(string? description)
    {
        foreach (string tag in (description ?? "").Split([',', '，', '、', ';', '.'], StringSplitOptions.TrimEntries))
            if (tag.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length > MostWords)
                return [new(FindingSeverity.Warning, DescriptionCodes.SentenceLike,
                    $"'{tag}' reads like a sentence; the model knows tags separated by commas: female, pop, piano.")];
        return [];
    }
}
