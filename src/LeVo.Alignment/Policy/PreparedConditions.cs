using LeVo.Core.Conditioning;

namespace LeVo.Alignment.Policy;

/// <summary>
/// Converts the conditions of songs that occur again and again: each text is tokenised once. For one thread at a time.
/// </summary>
internal sealed class PreparedConditions(ConditionPreparer preparer)
{
    /// <summary>Texts that are kept; at the released lengths one takes 11 kB.</summary>
    private const int Capacity = 4096;

    private readonly Dictionary<(string? Lyrics, string? Description), ConditionIds> texts = [];

    /// <summary>Returns the ids of a song's conditions.</summary>
    public ConditionIds Of(SongCondition song)
    {
        var key = (song.Lyrics, song.Description);
        if (!texts.TryGetValue(key, out ConditionIds? ids))
        {
            if (texts.Count == Capacity)
                texts.Clear();
            texts[key] = ids = preparer.Prepare(song with { Prompt = null });
        }
        return ids with { Prompt = preparer.PromptIds(song.Prompt) };
    }
}
