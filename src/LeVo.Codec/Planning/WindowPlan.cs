namespace LeVo.Codec.Planning;

/// <summary>
/// How codes of any length are cut into windows of equal length that overlap by a quarter. Codes that don't fill the windows
/// are repeated periodically, and the surplus sound is cut off at the end; or the last window ends with the codes.
/// </summary>
internal sealed record WindowPlan
{
    private readonly int frames;

    private WindowPlan(int frames, int window, bool endsWithCodes)
    {
        Window = window;
        Hop = window / 4 * 3;
        Overlap = window - Hop;
        int padded = Math.Max(frames, window);
        Count = (padded - Overlap + Hop - 1) / Hop;
        this.frames = endsWithCodes ? frames : Start(Count - 1) + window;
    }

    /// <summary>Frames of a full window.</summary>
    public int Window { get; }

    /// <summary>Frames from one window's start to the next.</summary>
    public int Hop { get; }

    /// <summary>Frames that a window shares with the one before.</summary>
    public int Overlap { get; }

    /// <summary>Number of windows.</summary>
    public int Count { get; }

    /// <param name="frames">Frames of the codes, those of a prompt included; at least one.</param>
    /// <param name="windowSeconds">Length of a window; at least four frames.</param>
    /// <param name="frameRate">Frames per second.</param>
    /// <param name="endsWithCodes">The last window is only as long as codes are left; otherwise codes are repeated.</param>
    public static WindowPlan Create(int frames, double windowSeconds, int frameRate, bool endsWithCodes = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        int window = CountFrames(windowSeconds, frameRate);
        if (window < 4)
            throw new ArgumentOutOfRangeException(nameof(windowSeconds), windowSeconds, "A window has at least four frames.");
        return new(frames, window, endsWithCodes);
    }

    public static int CountFrames(double seconds, int frameRate) => (int)(seconds * frameRate);

    /// <summary>First frame of a window.</summary>
    public int Start(int index) => index * Hop;

    /// <summary>Frames of a window: of the last one perhaps fewer than <see cref="Window"/>, but more than the overlap where
    /// it is not the only one.</summary>
    public int Length(int index) => Math.Min(Window, frames - Start(index));

    /// <summary>A window's part of a stream of codes, which repeats periodically.</summary>
    public long[] Cut(ReadOnlySpan<int> codes, int index)
    {
        var cut = new long[Length(index)];
        int start = Start(index);
        for (int i = 0; i < cut.Length; i++)
            cut[i] = codes[(start + i) % codes.Length];
        return cut;
    }

    /// <summary>Samples of the finished sound. In this order in double precision, as in the original: for many lengths it is one
    /// sample less than frames times samples a frame (29 frames at 48 kHz give 55 679, not 55 680).</summary>
    public static long TargetSamples(int frames, int frameRate, int sampleRate) =>
        (long)(frames / (4.0 * frameRate) * 4 * sampleRate);
}
