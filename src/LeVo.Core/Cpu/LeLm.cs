using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;
using LeVo.Core.Torch.LanguageModel;

namespace LeVo.Core.Cpu;

/// <summary>
/// One forward pass of LeLM over rows of one or more sequences: both stacks, the bridge between them, and the heads
/// of selected rows. The stacks have rows of their own. Weights are read once for all rows, and a row's result does not
/// depend on the other rows. Not thread-safe.
/// </summary>
internal sealed unsafe class LeLm : IDisposable
{
    private readonly LeLmConfig config;
    private readonly LeLmWeights weights;
    private readonly MatrixProduct product;
    private readonly TransformerStack stack;
    private readonly Rotary mixedRotary, trackRotary;
    private readonly NativeBlock first, second, joined, chosen, logits;
    private readonly PassRows mixedRows, trackRows;
    private readonly int[] connected;
    private readonly int width, joinedWidth, logitsWidth, maxHeads;

    /// <param name="weights">Bound weights.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="pool">The workers.</param>
    /// <param name="kernel">The kernel that multiplies blocks.</param>
    /// <param name="format">How the sequences' caches are stored.</param>
    /// <param name="maxRows">Maximum rows of each stack per pass.</param>
    /// <param name="maxHeads">Maximum rows whose heads are evaluated.</param>
    public LeLm(LeLmWeights weights, LeLmConfig config, WorkerPool pool, BlockKernel kernel, KvFormat format,
        int maxRows, int maxHeads)
    {
        (this.weights, this.config, MaxRows, this.maxHeads) = (weights, config, maxRows, maxHeads);
        width = BlockFormat.RoundUp(config.Width, BlockFormat.Group);
        joinedWidth = BlockFormat.RoundUp(2 * config.Width, BlockFormat.Group);
        logitsWidth = BlockFormat.RoundUp(config.Classes, BlockFormat.Outputs);
        product = new(pool, kernel);
        stack = new(pool, product, config, format, maxRows);
        mixedRotary = new(config.HeadWidth, config.MixedRopeTheta);
        trackRotary = new(config.HeadWidth, config.TrackRopeTheta);
        (mixedRows, trackRows, connected) = (new(maxRows), new(maxRows), new int[maxRows]);
        (first, second) = (TransformerStack.Zeros((long)maxRows * width), TransformerStack.Zeros((long)maxRows * width));
        joined = TransformerStack.Zeros((long)maxRows * joinedWidth);
        chosen = TransformerStack.Zeros((long)maxHeads * width);
        logits = TransformerStack.Zeros((long)maxHeads * config.Codebooks * logitsWidth);
    }

    /// <summary>Maximum rows of each stack per pass.</summary>
    public int MaxRows { get; }

    /// <summary>Passes of stack 1 and of stack 2.</summary>
    public (int Mixed, int Tracks) Passes { get; private set; }

    /// <summary>Positions of conditions that were processed.</summary>
    public long PrefixRows { get; private set; }

    /// <summary>A row's input of stack 1.</summary>
    public Span<float> MixedInput(int row) => new((float*)first.Pointer + (long)row * width, config.Width);

    /// <summary>A row's input of stack 2.</summary>
    public Span<float> TrackInput(int row) => new((float*)second.Pointer + (long)row * width, config.Width);

    /// <summary>Stack 1's hidden state that a row of stack 2 uses, where it is not a row of the same pass.</summary>
    public Span<float> BridgeInput(int row) =>
        new((float*)joined.Pointer + (long)row * joinedWidth + config.Width, config.Width);

    /// <summary>Stack 1's hidden state of a row after a pass.</summary>
    public ReadOnlySpan<float> MixedHidden(int row) => MixedInput(row);

    /// <summary>Begins a pass without rows.</summary>
    public void Begin()
    {
        mixedRows.Clear();
        trackRows.Clear();
    }

    /// <summary>Adds a branch's next position of stack 1 and returns its row.</summary>
    public int AddMixed(BranchCache cache) => mixedRows.Add(cache.Mixed);

    /// <summary>Adds a branch's next position of stack 2 and returns its row.</summary>
    /// <param name="cache">The branch.</param>
    /// <param name="mixedRow">The same position's row of stack 1, or -1 if the caller sets
    /// <see cref="BridgeInput"/>.</param>
    public int AddTracks(BranchCache cache, int mixedRow = -1)
    {
        int row = trackRows.Add(cache.Tracks);
        connected[row] = mixedRow;
        return row;
    }

    /// <summary>Grows buffers for sequences of a length.</summary>
    public void Grow(int positions)
    {
        mixedRotary.Grow(positions);
        trackRotary.Grow(positions);
        stack.Grow(positions);
    }

    /// <summary>Runs both stacks over the rows and appends to their caches.</summary>
    /// <param name="prefix">Whether the rows are conditions. With weights of 8 bits, their activations have 7 bits, which is
    /// faster on some processors; on all of them, so that a song does not depend on the processor.</param>
    public void Run(bool prefix = false)
    {
        stack.SevenBits = prefix && weights.MixedStack.Layers[0].QueryKeyValue.Bits == WeightBits.Eight;
        float* x1 = (float*)first.Pointer, x2 = (float*)second.Pointer;
        if (mixedRows.Count > 0)
            stack.Run(weights.MixedStack, mixedRows, mixedRotary, x1);
        if (trackRows.Count > 0)
        {
            Bridge(x2);
            stack.Run(weights.TrackStack, trackRows, trackRotary, x2);
        }
        Passes = (Passes.Mixed + (mixedRows.Count > 0 ? 1 : 0), Passes.Tracks + (trackRows.Count > 0 ? 1 : 0));
        PrefixRows += prefix ? mixedRows.Count : 0;
        stack.SevenBits = false;
    }

    /// <summary>Evaluates heads of some rows of the last pass.</summary>
    /// <param name="mixed">Rows of stack 1 whose mixed head is evaluated.</param>
    /// <param name="tracks">Rows of stack 2 whose tracks' heads are evaluated.</param>
    public void Heads(ReadOnlySpan<int> mixed, ReadOnlySpan<int> tracks)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(mixed.Length, tracks.Length), maxHeads);
        if (mixed.Length > 0)
        {
            Choose(mixed, mixed: true);
            Head(weights.MixedHead, 0, mixed.Length);
        }
        if (tracks.Length == 0)
            return;
        Choose(tracks, mixed: false);
        for (int k = 1; k < config.Codebooks; k++)
            Head(weights.TrackHeads[k - 1], k, tracks.Length);
    }

    /// <summary>The logits of one head for the i-th row that it was evaluated for.</summary>
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
        int count = trackRows.Count;
        for (int row = 0; row < count; row++)
        {
            TrackInput(row).CopyTo(new(both + (long)row * joinedWidth, config.Width));
            if (connected[row] >= 0)
                MixedHidden(connected[row]).CopyTo(BridgeInput(row));
        }
        stack.QuantizeRows(both, joinedWidth, count);
        product.Multiply(weights.Bridge.Inner, stack.Quantized, count, x2, width,
            ProductEnd.BiasGelu, weights.Bridge.InnerBias);
        stack.QuantizeRows(x2, width, count);
        product.Multiply(weights.Bridge.Outer, stack.Quantized, count, x2, width,
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
