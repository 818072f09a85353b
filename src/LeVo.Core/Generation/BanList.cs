using LeVo.Core.Model;

namespace LeVo.Core.Generation;

/// <summary>Ids that the mixed stream must not take.</summary>
internal static class BanList
{
    /// <summary>The real codes of an audio prompt's mixed row, so that the song does not repeat the prompt.</summary>
    /// <param name="prompt">Codes <c>[codebooks, frames]</c>, fitted to the model's prompt length, or null.</param>
    /// <param name="config">Says which ids are real codes.</param>
    public static int[] Of(int[,]? prompt, LeLmConfig config) => prompt is null
        ? []
        : [.. Enumerable.Range(0, prompt.GetLength(1)).Select(frame => prompt[0, frame])
            .Where(id => id < config.PromptRealBelow).Distinct()];
}
