using LeVo.Core.Conditioning;

namespace LeVo.Alignment.Data;

/// <summary>Identifies conditions by their content.</summary>
internal static class SongConditionKey
{
    /// <summary>Returns a key that is equal for conditions with the same texts and the same prompt codes.</summary>
    public static string Key(this SongCondition condition) => string.Join('\u001f', condition.Lyrics,
        condition.Description, condition.Prompt is null ? "" : TokenBlobs.ComputeId(condition.Prompt));
}
