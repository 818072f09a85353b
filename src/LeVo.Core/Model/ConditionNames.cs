namespace LeVo.Core.Model;

/// <summary>The names of the conditions in configurations and checkpoints; the lyrics are called "description"
/// there.</summary>
internal static class ConditionNames
{
    public const string Lyrics = "description";
    public const string Description = "type_info";
    public const string Prompt = "prompt_audio";

    /// <summary>All names, in the order of the released models' prefix.</summary>
    public static IReadOnlyList<string> All { get; } = [Lyrics, Prompt, Description];
}
