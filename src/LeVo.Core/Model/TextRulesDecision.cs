using LeVo.Core.Text;

namespace LeVo.Core.Model;

/// <summary>
/// Determines the text rules that a model was trained with: from the row count of its description table, then from
/// <c>levo.text.rules</c>, then from the name of its folder.
/// </summary>
internal static class TextRulesDecision
{
    private const int MusicalityTags = 6;
    private static readonly string[] FirstGeneration =
        ["songgeneration_base", "songgeneration_base_new", "songgeneration_base_full", "songgeneration_large"];
    private static readonly string[] SecondGeneration = ["songgeneration_v2_large", "songgeneration_v2_medium"];

    /// <summary>Determines the text rules.</summary>
    /// <param name="config">The configuration with the row counts of the checkpoint's tables.</param>
    /// <param name="said">The value in the section <c>levo:</c>, or null.</param>
    /// <param name="folder">The model folder.</param>
    /// <param name="problem">A contradiction, or null.</param>
    public static TextRules Decide(LeLmConfig config, TextRules? said, string folder, out string? problem)
    {
        int tags = config.StructureTags.Count(tag => tag.StartsWith('[') && tag.EndsWith(']'));
        int rows = config.DescriptionVocabulary;
        TextRules? shown = (rows - (config.LyricsVocabulary - tags)) switch
        {
            0 => TextRules.V1,
            MusicalityTags => TextRules.V2,
            _ => null,
        };
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        TextRules? named = OfRelease(name.ToLowerInvariant().Replace('-', '_'));
        problem = null;
        if (shown is not null && said is not null && shown != said)
            problem = $"levo.text.rules says {said}, but the description table has {rows} rows, which means {shown}";
        else if (shown is not null && said is null && named is not null && shown != named)
            problem = $"the description table has {rows} rows, which means text rules {shown}, but '{name}' is the " +
                $"name of a released model with {named}; set levo.text.rules or rename the folder";
        return shown ?? said ?? named ?? TextRules.V2;
    }

    private static TextRules? OfRelease(string name) =>
        FirstGeneration.Contains(name) ? TextRules.V1 : SecondGeneration.Contains(name) ? TextRules.V2 : null;
}
