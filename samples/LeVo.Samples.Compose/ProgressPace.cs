using LeVo.Core.Generation;

namespace LeVo.Samples.Compose;

/// <summary>Decides which reports of a song are written: each end of a stage, and the others once in an interval. Not
/// thread-safe.</summary>
internal sealed class ProgressPace(TimeSpan interval, TimeProvider? clock)
{
    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private SongStage? stage;
    private long written;

    /// <summary>Whether a report is to be written now.</summary>
    public bool IsDue(GenerationProgress value)
    {
        bool edge = value.Stage != stage || value.Done == value.Total;
        if (!edge && clock.GetElapsedTime(written) < interval)
            return false;
        (stage, written) = (value.Stage, clock.GetTimestamp());
        return true;
    }
}
