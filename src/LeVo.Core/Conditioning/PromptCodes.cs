using LeVo.Core.Model;
using LeVo.Core.Tokens;

namespace LeVo.Core.Conditioning;

/// <summary>Arranges the codes of an audio prompt for the conditioner.</summary>
internal static class PromptCodes
{
    /// <summary>
    /// The codes truncated or padded with the null id to the config's prompt frames; without a prompt all are the
    /// null id.
    /// </summary>
    public static int[,] Fit(SongTokens? prompt, LeLmConfig config)
    {
        var codes = new int[config.Codebooks, config.PromptFrames];
        for (int k = 0; k < config.Codebooks; k++)
        {
            ReadOnlySpan<int> row = prompt is null ? [] : prompt.Row((SongPart)k).Span;
            for (int t = 0; t < config.PromptFrames; t++)
                codes[k, t] = t < row.Length ? row[t] : config.PromptNullId;
        }
        return codes;
    }

    /// <summary>The real codes of a prompt's mixed row, which are excluded from the song.</summary>
    public static int[] Banned(SongTokens? prompt, LeLmConfig config)
    {
        if (prompt is null)
            return [];
        int[,] codes = Fit(prompt, config);
        return [.. Enumerable.Range(0, config.PromptFrames).Select(frame => codes[0, frame])
            .Where(id => id < config.PromptRealBelow).Distinct()];
    }

    /// <summary>
    /// The codes preceded by one column of end-of-sequence ids. A codebook whose first code is the null id is set to
    /// the null id, including that column.
    /// </summary>
    public static int[,] WithEnd(int[,] codes, LeLmConfig config)
    {
        int codebooks = codes.GetLength(0), frames = codes.GetLength(1);
        var ended = new int[codebooks, frames + 1];
        for (int k = 0; k < codebooks; k++)
        {
            bool isNull = frames > 0 && codes[k, 0] == config.PromptNullId;
            ended[k, 0] = isNull ? config.PromptNullId : config.EosId;
            for (int t = 0; t < frames; t++)
                ended[k, t + 1] = isNull ? config.PromptNullId : codes[k, t];
        }
        return ended;
    }

    /// <summary>The conditioner's columns, row-major, truncated or padded with its padding row.</summary>
    public static long[] Columns(int[,] ended, LeLmConfig config)
    {
        int[,] columns = Resize(ended, config.PromptLength - 1, config.PromptCodeSize + 1);
        return [.. columns.Cast<int>().Select(code => (long)code)];
    }

    private static int[,] Resize(int[,] codes, int frames, int fill)
    {
        var resized = new int[codes.GetLength(0), frames];
        for (int k = 0; k < codes.GetLength(0); k++)
        {
            for (int t = 0; t < frames; t++)
                resized[k, t] = t < codes.GetLength(1) ? codes[k, t] : fill;
        }
        return resized;
    }
}
