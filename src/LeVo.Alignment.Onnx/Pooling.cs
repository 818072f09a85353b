using System.Numerics.Tensors;

namespace LeVo.Alignment.Onnx;

/// <summary>Means or maxima of vectors.</summary>
internal static class Pooling
{
    /// <summary>Pools the rows of a matrix.</summary>
    /// <param name="values"><c>[rows · width]</c>, at least one row.</param>
    /// <param name="width">Values of a row.</param>
    /// <param name="maximum">Whether to take the maximum instead of the mean.</param>
    public static float[] Pool(ReadOnlySpan<float> values, int width, bool maximum)
    {
        float[] pooled = values[..width].ToArray();
        for (int at = width; at < values.Length; at += width)
        {
            if (maximum)
                TensorPrimitives.Max(pooled, values.Slice(at, width), pooled);
            else
                TensorPrimitives.Add(pooled, values.Slice(at, width), pooled);
        }
        if (!maximum)
            TensorPrimitives.Divide(pooled, values.Length / width, pooled);
        return pooled;
    }
}
