using LeVo.Core.Model;

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

/// <summary>Conditions by their names in configurations.</summary>
internal static class ConditionKind
{
    /// <summary>Returns the condition with a name, or none for an unknown name.</summary>
    public static ConditionKinds Parse(string? name) => name switch
    {
        ConditionNames.Lyrics => ConditionKinds.Lyrics,
        ConditionNames.Description => ConditionKinds.Description,
        ConditionNames.Prompt => ConditionKinds.Prompt,
        _ => ConditionKinds.None,
    };
}
