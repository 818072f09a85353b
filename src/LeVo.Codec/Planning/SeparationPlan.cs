namespace LeVo.Codec.Planning;

/// <summary>A segment of a recording that is separated.</summary>
/// <param name="Start">The first sample whose stems it gives, counted in the recording with its margins.</param>
/// <param name="Length">How many samples' stems it gives; the last segments of a recording may give fewer than they are
/// long.</param>
/// <param name="First">The first sample that the network sees; a short segment takes real sound around it.</param>
internal readonly record struct SegmentWindow(long Start, int Length, long First)
{
    /// <summary>Samples from the first that the network sees to the first whose stems it gives.</summary>
    public int Lead => (int)(Start - First);
}

/// <summary>
/// How a recording is cut into overlapping segments, and how their stems are joined. With a shift, the recording has a margin of
/// half a second of silence on both sides, and the first segment begins within the first margin.
/// </summary>
internal sealed class SeparationPlan
{
    /// <summary>The usual overlap of two segments.</summary>
    public const double DefaultOverlap = 0.25;

    /// <param name="samples">Samples of the recording.</param>
    /// <param name="segment">Samples of a segment.</param>
    /// <param name="margin">Samples of a margin.</param>
    /// <param name="shift">Start of the first segment, 0 to <paramref name="margin"/>; null for no margins at all.</param>
    /// <param name="overlap">Share of a segment that it has in common with the next.</param>
    public SeparationPlan(long samples, int segment, int margin, int? shift, double overlap = DefaultOverlap)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shift ?? 0, margin, nameof(shift));
        ArgumentOutOfRangeException.ThrowIfNegative(shift ?? 0, nameof(shift));
        (Samples, Segment, Margin) = (samples, segment, shift is null ? 0 : margin);
        int stride = Math.Max(1, (int)Math.Floor((1 - overlap) * segment));
        long start = shift ?? 0, end = samples + Margin;
        var windows = new List<SegmentWindow>();
        for (; start < end; start += stride)
        {
            int length = (int)Math.Min(segment, end - start);
            windows.Add(new(start, length, start - (segment - length) / 2));
        }
        Windows = windows;
    }

    /// <summary>Samples of the recording.</summary>
    public long Samples { get; }

    /// <summary>Samples of a segment.</summary>
    public int Segment { get; }

    /// <summary>Samples of silence on both sides of the recording.</summary>
    public int Margin { get; }

    /// <summary>The segments in their order.</summary>
    public IReadOnlyList<SegmentWindow> Windows { get; }

    /// <summary>The segments that a beginning of the recording needs.</summary>
    public IEnumerable<SegmentWindow> WindowsOf(long samples) => Windows.Where(
        window => window.Start < samples + Margin && window.Start + window.Length > Margin);

    /// <summary>Samples of a window that lie before and after the recording with its margins.</summary>
    public (int Left, int Right) Outside(SegmentWindow window) => (
        (int)Math.Max(0, -window.First),
        (int)Math.Max(0, window.First + Segment - (Samples + 2 * Margin)));

    /// <summary>How much each sample of a segment counts where segments overlap: a triangle whose largest number is 1. A short
    /// segment takes the first ones.</summary>
    public static float[] Weights(int segment, double power = 1)
    {
        var weights = new float[segment];
        int rise = segment / 2, top = segment - rise;
        for (int i = 0; i < segment; i++)
            weights[i] = (float)Math.Pow((i < rise ? i + 1 : segment - i) / (float)top, power);
        return weights;
    }
}
