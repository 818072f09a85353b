using System.Numerics.Tensors;
using LeVo.Codec.Planning;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace LeVo.Codec.Separation;

/// <summary>
/// Separates a recording of any length segment by segment. Tensors are as large as one segment; arrays hold the recording and the
/// stems. Thread-safe.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="device">Where it computes.</param>
internal sealed class TrackSeparator(HtDemucs network, Device device)
{
    /// <summary>Stems of a recording, joined from overlapping segments.</summary>
    /// <param name="mix">Both channels, <c>[2][samples]</c>, at the network's rate.</param>
    /// <param name="level">What is subtracted from the recording and what it is divided by; undone in the stems.</param>
    /// <param name="plans">A plan for each shift; their stems are averaged.</param>
    /// <param name="options">Source, length and power.</param>
    /// <param name="onSegment">Called after each segment with segments done and segments in all.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <returns>Channels of the first source, then those of the next: <c>[2 · sources][samples]</c>.</returns>
    public float[][] Separate(float[][] mix, TrackLevel level, IReadOnlyList<SeparationPlan> plans, TrackOptions options,
        Action<int, int>? onSegment = null, CancellationToken cancellationToken = default)
    {
        int samples = Math.Min(mix[0].Length, options.Samples ?? mix[0].Length);
        int channels = mix.Length * (options.Source is null ? network.Config.Sources.Count : 1);
        SegmentWindow[][] windows = [.. plans.Select(plan => plan.WindowsOf(samples).ToArray())];
        int total = windows.Sum(list => list.Length), done = 0;
        float[][] stems = Silence(channels, samples);
        for (int i = 0; i < plans.Count; i++)
        {
            float[] weights = SeparationPlan.Weights(plans[i].Segment, options.Power);
            float[][] sums = plans.Count == 1 ? stems : Silence(channels, samples);
            var counted = new float[samples];
            foreach (SegmentWindow window in windows[i])
            {
                cancellationToken.ThrowIfCancellationRequested();
                AddSegment(mix, level, plans[i], window, options.Source, weights, sums, counted, cancellationToken);
                onSegment?.Invoke(++done, total);
            }
            for (int c = 0; c < channels; c++)
            {
                TensorPrimitives.Divide<float>(sums[c], counted, sums[c]);
                if (plans.Count > 1)
                    TensorPrimitives.MultiplyAdd<float>(sums[c], 1f / plans.Count, stems[c], stems[c]);
            }
        }
        foreach (float[] stem in stems)
            level.Undo(stem);
        return stems;
    }

    private void AddSegment(float[][] mix, TrackLevel level, SeparationPlan plan, SegmentWindow window, int? source,
        float[] weights, float[][] sums, float[] counted, CancellationToken cancellationToken)
    {
        float[] separated = Run(Cut(mix, level, plan, window), plan.Segment, source, cancellationToken);
        // What of it lies within the recording, or within the beginning that is wanted.
        long start = window.Start - plan.Margin;
        int skipped = (int)Math.Max(0, -start), end = (int)Math.Min(window.Length, counted.Length - start);
        if (end <= skipped)
            return;
        int at = (int)(start + skipped), count = end - skipped;
        ReadOnlySpan<float> share = weights.AsSpan(skipped, count);
        for (int c = 0; c < sums.Length; c++)
        {
            Span<float> sum = sums[c].AsSpan(at, count);
            TensorPrimitives.MultiplyAdd(separated.AsSpan(c * plan.Segment + window.Lead + skipped, count), share, sum, sum);
        }
        Span<float> counts = counted.AsSpan(at, count);
        TensorPrimitives.Add(counts, share, counts);
    }

    /// <summary>A segment's sound, <c>[2 · segment]</c>; zeros beyond the recording.</summary>
    private static float[] Cut(float[][] mix, TrackLevel level, SeparationPlan plan, SegmentWindow window)
    {
        var cut = new float[mix.Length * plan.Segment];
        long start = window.First - plan.Margin;
        int skipped = (int)Math.Clamp(-start, 0, plan.Segment), end = (int)Math.Clamp(plan.Samples - start, 0, plan.Segment);
        for (int c = 0; c < mix.Length && end > skipped; c++)
        {
            Span<float> part = cut.AsSpan(c * plan.Segment + skipped, end - skipped);
            mix[c].AsSpan((int)(start + skipped), end - skipped).CopyTo(part);
            level.Apply(part);
        }
        return cut;
    }

    private float[] Run(float[] sound, int segment, int? source, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        Tensor input = tensor(sound, [2, segment]).to(device);
        return network.Forward(input, source, cancellationToken).cpu().contiguous().data<float>().ToArray();
    }

    private static float[][] Silence(int channels, int samples) =>
        [.. Enumerable.Range(0, channels).Select(_ => new float[samples])];
}

/// <summary>Which stems of a recording are computed, and how.</summary>
internal sealed record TrackOptions
{
    /// <summary>The one source that is wanted, or null for all.</summary>
    public int? Source { get; init; }

    /// <summary>Samples from the beginning that are wanted, or null for all.</summary>
    public int? Samples { get; init; }

    /// <summary>Exponent of the weights with which segments are joined.</summary>
    public double Power { get; init; } = 1;
}
