using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>
/// A transformer stack over the rows of a pass. Its buffers are allocated once and used for both stacks.
/// </summary>
internal sealed unsafe class TransformerStack : IDisposable
{
    private readonly WorkerPool pool;
    private readonly MatrixProduct product;
    private readonly SelfAttention attention;
    private readonly QuantizedRows quantized;
    private readonly NativeBlock projected, attentionOutput, inner, normalized;
    private readonly LoopBody normalize, quantize;
    private readonly int width, innerWidth, projectedWidth;
    private PassRows rows = null!;
    private FloatVector norm = null!;
    private float* source;
    private int sourceStride;
    private float largestInput = RowQuantizer.EightBits;

    public TransformerStack(
        WorkerPool pool, MatrixProduct product, LeLmConfig config, KvFormat format, int maxRows)
    {
        (this.pool, this.product) = (pool, product);
        width = BlockFormat.RoundUp(config.Width, BlockFormat.Group);
        innerWidth = BlockFormat.RoundUp(config.FeedForwardWidth, BlockFormat.Group);
        projectedWidth = BlockFormat.RoundUp(3 * config.Width, BlockFormat.Group);
        attention = new(pool, config, format, maxRows);
        quantized = new(maxRows, Math.Max(innerWidth, 2 * width));
        projected = Zeros((long)maxRows * projectedWidth);
        attentionOutput = Zeros((long)maxRows * width);
        inner = Zeros((long)maxRows * innerWidth);
        normalized = Zeros((long)pool.Threads * width);
        (normalize, quantize) = (Normalize, Quantize);
    }

    /// <summary>Whether activations are quantised to 7 bits instead of 8.</summary>
    public bool SevenBits
    {
        set
        {
            product.SevenBits = value;
            largestInput = value ? RowQuantizer.SevenBits : RowQuantizer.EightBits;
        }
    }

    /// <summary>Quantised activations; valid until the next use.</summary>
    public QuantizedRows Quantized => quantized;

    /// <summary>Grows buffers for sequences of a length. Must not be called during a pass.</summary>
    public void Grow(int positions) => attention.Grow(positions);

    /// <param name="stack">The weights.</param>
    /// <param name="pass">The rows.</param>
    /// <param name="rotary">The stack's rotary tables.</param>
    /// <param name="x">Rows of padded width, [rows, width]; becomes the hidden states after the final norm.</param>
    public void Run(StackWeights stack, PassRows pass, Rotary rotary, float* x)
    {
        rows = pass;
        attention.Begin(pass);
        float* attended = (float*)attentionOutput.Pointer, projections = (float*)projected.Pointer;
        float* gated = (float*)inner.Pointer;
        for (int i = 0; i < stack.Layers.Length; i++)
        {
            LayerWeights layer = stack.Layers[i];
            NormalizeRows(x, layer.AttentionNorm);
            product.Multiply(layer.QueryKeyValue, quantized, rows.Count, projections, projectedWidth);
            attention.Run(i, rotary, projections, projectedWidth, attended, width);
            QuantizeRows(attended, width, rows.Count);
            product.Multiply(layer.Output, quantized, rows.Count, x, width, ProductEnd.Add);
            NormalizeRows(x, layer.FeedForwardNorm);
            product.Multiply(layer.Gate, quantized, rows.Count, gated, innerWidth, ProductEnd.Gate, other: layer.Up);
            QuantizeRows(gated, innerWidth, rows.Count);
            product.Multiply(layer.Down, quantized, rows.Count, x, width, ProductEnd.Add);
        }
        for (int row = 0; row < rows.Count; row++)
            RowMath.Normalize(x + (long)row * width, stack.Norm, x + (long)row * width);
    }

    /// <summary>Quantises rows without normalisation.</summary>
    /// <param name="x">Rows without gaps.</param>
    /// <param name="floats">Their padded width.</param>
    /// <param name="count">Number of rows.</param>
    public void QuantizeRows(float* x, int floats, int count)
    {
        source = x;
        sourceStride = floats;
        pool.For(count, 1, quantize);
    }

    public void Dispose()
    {
        foreach (NativeBlock block in (NativeBlock[])[projected, attentionOutput, inner, normalized])
            block.Dispose();
        quantized.Dispose();
        attention.Dispose();
    }

    internal static NativeBlock Zeros(long floats)
    {
        NativeBlock block = NativeBlock.ForFloats(floats);
        block.Clear();
        return block;
    }

    private void NormalizeRows(float* x, FloatVector weight)
    {
        source = x;
        (sourceStride, norm) = (width, weight);
        pool.For(rows.Count, 1, normalize);
    }

    private void Normalize(int first, int last, int worker)
    {
        float* scratch = (float*)normalized.Pointer + (long)worker * width;
        for (int row = first; row < last; row++)
        {
            RowMath.Normalize(source + (long)row * width, norm, scratch);
            RowQuantizer.Quantize(scratch, width / BlockFormat.Group, quantized, row, largestInput);
        }
    }

    private void Quantize(int first, int last, int worker)
    {
        for (int row = first; row < last; row++)
        {
            RowQuantizer.Quantize(
                source + (long)row * sourceStride, sourceStride / BlockFormat.Group, quantized, row, largestInput);
        }
    }
}
