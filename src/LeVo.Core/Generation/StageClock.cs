using System.Diagnostics;
using LeVo.Core.Runtime;

namespace LeVo.Core.Generation;

/// <summary>Times the two stages of the tokens and reports them to progress, activities and the meter. For one song.</summary>
/// <param name="progress">Receives every report.</param>
/// <param name="parent">The song's activity, or null.</param>
internal sealed class StageClock(IProgress<GenerationProgress>? progress, Activity? parent) : IDisposable
{
    private readonly Stopwatch song = Stopwatch.StartNew();
    private readonly Stopwatch watch = new();
    private Activity? activity;
    private SongStage? stage;
    private int total, done, resumed;

    /// <summary>Time spent on the song.</summary>
    public TimeSpan Total => song.Elapsed;

    /// <summary>Time spent on the stage.</summary>
    public TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Ends the stage before and begins the next.</summary>
    /// <param name="next">The stage.</param>
    /// <param name="units">Its units.</param>
    /// <param name="before">Units that were finished before, besides.</param>
    public void Begin(SongStage next, int units, int before = 0)
    {
        End();
        (stage, total, done, resumed) = (next, units, 0, before);
        watch.Restart();
        activity = LeVoTelemetry.Start(next == SongStage.Prefill ? "levo.prefill" : "levo.tokens", parent);
        Report(0);
    }

    public void Report(int finished)
    {
        done = finished;
        progress?.Report(new(stage!.Value, finished, total, Elapsed) { Resumed = resumed });
    }

    /// <summary>Stops the time while the song waits for the one who takes its frames.</summary>
    public void Pause()
    {
        song.Stop();
        watch.Stop();
    }

    /// <summary>Continues after <see cref="Pause"/>.</summary>
    public void Continue()
    {
        song.Start();
        watch.Start();
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
