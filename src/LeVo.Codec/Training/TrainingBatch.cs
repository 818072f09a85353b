using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>Managed arrays as tensors.</summary>
internal static class TrainingBatch
{
    /// <summary>Stereo excerpts of equal length as <c>[batch, 2, samples]</c>.</summary>
    public static Tensor Stereo(IReadOnlyList<float[][]> excerpts)
    {
        int samples = excerpts[0][0].Length;
        var flat = new float[excerpts.Count * 2 * samples];
        for (int b = 0; b < excerpts.Count; b++)
            for (int c = 0; c < 2; c++)
                excerpts[b][c].CopyTo(flat, (b * 2 + c) * samples);
        return tensor(flat, [excerpts.Count, 2, samples]);
    }

    /// <summary>Rows of equal length as <c>[batch, length]</c>.</summary>
    public static Tensor Rows(IReadOnlyList<float[]> rows) => tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, rows[0].Length]);

    /// <summary>Rows of equal length as int64 <c>[batch, length]</c>.</summary>
    public static Tensor Rows(IReadOnlyList<int[]> rows) =>
        tensor(rows.SelectMany(row => row.Select(value => (long)value)).ToArray(), [rows.Count, rows[0].Length]);
}
