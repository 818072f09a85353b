using System.Diagnostics;
using LeVo.Core.Runtime;

namespace LeVo.Core.Generation;

/// <summary>Times the two stages of the tokens and reports them to progress, activities and the meter. For one song.</summary>
internal sealed class StageClock(IProgress<GenerationProgress>? progress) : IDisposable
{
    private readonly long created = Stopwatch.GetTimestamp();
    private readonly Activity? parent = Activity.Current;
    private Activity? activity;
    private SongStage? stage;
    private int total, done;
    private long began;

    /// <summary>Time since the song began.</summary>
    public TimeSpan Total => Stopwatch.GetElapsedTime(created);

    /// <summary>Time since the stage began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(began);

    /// <summary>Ends the stage before and begins the next.</summary>
    public void Begin(SongStage next, int units)
    {
        End();
        (stage, total, done, began) = (next, units, 0, Stopwatch.GetTimestamp());
        activity = LeVoTelemetry.Start(next == SongStage.Prefill ? "levo.prefill" : "levo.tokens", parent);
        Report(0);
    }

    public void Report(int finished)
    {
        done = finished;
        progress?.Report(new(stage!.Value, finished, total, Elapsed));
    }

    /// <summary>Ends the last stage.</summary>
    public void Dispose() => End();

    private void End()
    {
        TimeSpan took = Elapsed;
        if (stage == SongStage.Prefill && done == total)
            LeVoTelemetry.Prefill.Record(took.TotalSeconds);
        if (stage == SongStage.Tokens && done > 0)
        {
            LeVoTelemetry.Steps.Add(done);
            LeVoTelemetry.StepRate.Record(done / took.TotalSeconds);
        }
        activity?.SetTag("levo.units", done).Dispose();
        (activity, stage) = (null, null);
    }
}
