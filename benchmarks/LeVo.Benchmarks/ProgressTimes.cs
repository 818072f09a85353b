using System.Diagnostics;
using LeVo.Core.Generation;

namespace LeVo.Benchmarks;

/// <summary>When each report of a song came, in seconds since this was created.</summary>
/// <param name="computing">Whether the time counts that the process spent computing.</param>
internal sealed class ProgressTimes(bool computing = false) : IProgress<GenerationProgress>
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly TimeSpan before = Environment.CpuUsage.TotalTime;

    public List<(GenerationProgress Progress, double At)> Reports { get; } = [];

    public double Elapsed => (computing ? Environment.CpuUsage.TotalTime - before : watch.Elapsed).TotalSeconds;

    public void Report(GenerationProgress value)
    {
        lock (Reports)
            Reports.Add((value, Elapsed));
    }

    /// <summary>When a number of a stage's units was done; 0 for the stage's first report.</summary>
    public double At(SongStage stage, int done) =>
        Reports.First(report => report.Progress.Stage == stage && report.Progress.Done >= done).At;

    /// <summary>The last report of a stage.</summary>
    public (GenerationProgress Progress, double At) Last(SongStage stage) =>
        Reports.Last(report => report.Progress.Stage == stage);
}
