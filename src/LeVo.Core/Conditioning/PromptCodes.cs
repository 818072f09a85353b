using LeVo.Core.Model;

namespace LeVo.Core.Conditioning;

/// <summary>How the codes of an audio prompt are laid out for the conditioner.</summary>
internal static class PromptCodes
{
    /// <summary>The codes cut or padded with the null id to the config's prompt frames; all null without a prompt.</summary>
    public static int[,] Fit(int[,]? codes, LeLmConfig config) =>
        Resize(codes ?? new int[config.Codebooks, 0], config.PromptFrames, config.PromptNullId);

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
