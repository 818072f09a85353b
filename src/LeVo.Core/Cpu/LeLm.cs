using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;
using LeVo.Core.Torch.LanguageModel;

namespace LeVo.Core.Cpu;

/// <summary>
/// One forward pass of LeLM over rows of one or more sequences: both stacks, the bridge between them, and the heads
/// of selected rows. Weights are read once for all rows, and a row's result does not depend on the other rows. Not
/// thread-safe.
/// </summary>
internal sealed unsafe class LeLm : IDisposable
{
    private readonly LeLmConfig config;
    private readonly LeLmWeights weights;
    private readonly MatrixProduct product;
    private readonly TransformerStack stack;
    private readonly Rotary mixedRotary, trackRotary;
    private readonly NativeBlock first, second, joined, chosen, logits;
    private readonly PassRows rows;
    private readonly int width, joinedWidth, logitsWidth, maxHeads;

    /// <param name="weights">Bound weights.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="pool">The workers.</param>
    /// <param name="kernel">The kernel that multiplies blocks.</param>
    /// <param name="maxRows">Maximum rows per pass.</param>
    /// <param name="maxHeads">Maximum rows whose heads are evaluated.</param>
    public LeLm(
        LeLmWeights weights, LeLmConfig config, WorkerPool pool, BlockKernel kernel, int maxRows, int maxHeads)
    {
        (this.weights, this.config, this.maxHeads) = (weights, config, maxHeads);
        width = BlockFormat.RoundUp(config.Width, BlockFormat.Group);
        joinedWidth = BlockFormat.RoundUp(2 * config.Width, BlockFormat.Group);
        logitsWidth = BlockFormat.RoundUp(config.Classes, BlockFormat.Outputs);
        product = new(pool, kernel);
        stack = new(pool, product, config, maxRows);
        mixedRotary = new(config.HeadWidth, config.MixedRopeTheta);
        trackRotary = new(config.HeadWidth, config.TrackRopeTheta);
        rows = new(maxRows);
        (first, second) = (TransformerStack.Zeros((long)maxRows * width), TransformerStack.Zeros((long)maxRows * width));
        joined = TransformerStack.Zeros((long)maxRows * joinedWidth);
        chosen = TransformerStack.Zeros((long)maxHeads * width);
        logits = TransformerStack.Zeros((long)maxHeads * config.Codebooks * logitsWidth);
    }

    /// <summary>The rows of the next pass.</summary>
    public PassRows Rows => rows;

    /// <summary>A row's input of stack 1.</summary>
    public Span<float> MixedInput(int row) => new((float*)first.Pointer + (long)row * width, config.Width);

    /// <summary>A row's input of stack 2.</summary>
    public Span<float> TrackInput(int row) => new((float*)second.Pointer + (long)row * width, config.Width);

    /// <summary>Stack 1's hidden state of a row after a pass.</summary>
    public ReadOnlySpan<float> MixedHidden(int row) => MixedInput(row);

    /// <summary>Stack 2's hidden state of a row after a pass.</summary>
    public ReadOnlySpan<float> TrackHidden(int row) => TrackInput(row);

    /// <summary>Grows buffers for sequences of a length.</summary>
    public void Grow(int positions)
    {
        mixedRotary.Grow(positions);
        trackRotary.Grow(positions);
        stack.Grow(positions);
    }

    /// <summary>Runs both stacks over the rows and appends to their caches.</summary>
    public void Run()
    {
        float* x1 = (float*)first.Pointer, x2 = (float*)second.Pointer;
        stack.Begin(rows);
        stack.Run(weights.MixedStack, 0, mixedRotary, x1);
        Bridge(x2);
        stack.Run(weights.TrackStack, config.MixedLayers, trackRotary, x2);
    }

    /// <summary>Evaluates all heads of some rows of the last pass.</summary>
    /// <param name="asked">The rows.</param>
    public void Heads(ReadOnlySpan<int> asked)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(asked.Length, maxHeads);
        Choose(asked, mixed: true);
        Head(weights.MixedHead, 0, asked.Length);
        Choose(asked, mixed: false);
        for (int k = 1; k < config.Codebooks; k++)
            Head(weights.TrackHeads[k - 1], k, asked.Length);
    }

    /// <summary>The logits of one head for the i-th requested row.</summary>
    public ReadOnlySpan<float> Logits(int i, int codebook) => new(
        (float*)logits.Pointer + ((long)i * config.Codebooks + codebook) * logitsWidth, config.Classes);

    public void Dispose()
    {
        stack.Dispose();
        mixedRotary.Dispose();
        trackRotary.Dispose();
        foreach (NativeBlock block in (NativeBlock[])[first, second, joined, chosen, logits])
            block.Dispose();
    }

    /// <summary>Computes W2 gelu(W0 [x2, h1] + b0) + b2 into x2.</summary>
    private void Bridge(float* x2)
    {
        float* both = (float*)joined.Pointer;
        for (int row = 0; row < rows.Count; row++)
        {
            var target = new Span<float>(both + (long)row * joinedWidth, joinedWidth);
            TrackInput(row).CopyTo(target);
            MixedInput(row).CopyTo(target[config.Width..]);
        }
        stack.QuantizeRows(both, joinedWidth, rows.Count);
        product.Multiply(weights.Bridge.Inner, stack.Quantized, rows.Count, x2, width,
            ProductEnd.BiasGelu, weights.Bridge.InnerBias);
        stack.QuantizeRows(x2, width, rows.Count);
        product.Multiply(weights.Bridge.Outer, stack.Quantized, rows.Count, x2, width,
            ProductEnd.Bias, weights.Bridge.OuterBias);
    }

    private void Choose(ReadOnlySpan<int> asked, bool mixed)
    {
        for (int i = 0; i < asked.Length; i++)
        {
            Span<float> target = new((float*)chosen.Pointer + (long)i * width, config.Width);
            (mixed ? MixedInput(asked[i]) : TrackInput(asked[i])).CopyTo(target);
        }
        stack.QuantizeRows((float*)chosen.Pointer, width, asked.Length);
    }

    private void Head(QuantizedMatrix head, int codebook, int count) => product.Multiply(head, stack.Quantized, count,
        (float*)logits.Pointer + codebook * logitsWidth, config.Codebooks * logitsWidth);
}
