using LeVo.Core.Model;
using LeVo.Core.Tokens;

namespace LeVo.Core.Conditioning;

/// <summary>How the codes of an audio prompt are laid out for the conditioner.</summary>
internal static class PromptCodes
{
    /// <summary>The codes cut or padded with the null id to the config's prompt frames; all null without a prompt.</summary>
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

    /// <summary>The real codes of a prompt's mixed row, which the song must not repeat.</summary>
    public static int[] Banned(SongTokens? prompt, LeLmConfig config)
    {
        int[,] codes = Fit(prompt, config);
        return prompt is null
            ? []
            : [.. Enumerable.Range(0, codes.GetLength(1)).Select(frame => codes[0, frame])
                .Where(id => id < config.PromptRealBelow).Distinct()];
    }

    /// <summary>The codes behind one column of end-of-sequence ids. A codebook whose first code is null is null throughout,
    /// that column included.</summary>
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

    /// <summary>The conditioner's own columns, row-major: cut, or padded with its padding row.</summary>
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
