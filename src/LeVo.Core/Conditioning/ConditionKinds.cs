namespace LeVo.Core.Conditioning;

/// <summary>The three conditions.</summary>
[Flags]
internal enum ConditionKinds
{
    None = 0,
    Lyrics = 1,
    Description = 2,
    Prompt = 4,
    All = Lyrics | Description | Prompt,
}

/// <summary>The names that configs and checkpoints use. "description" means the lyrics there.</summary>
internal static class ConditionNames
{
    public const string Lyrics = "description";
    public const string Description = "type_info";
    public const string Prompt = "prompt_audio";

    /// <summary>The condition of a name; none for any other name.</summary>
    public static ConditionKinds Parse(string? name) => name switch
    {
        Lyrics => ConditionKinds.Lyrics,
        Description => ConditionKinds.Description,
        Prompt => ConditionKinds.Prompt,
        _ => ConditionKinds.None,
    };
}
