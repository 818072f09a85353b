using System.Diagnostics;
using LeVo.Core.Runtime;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Generation;

/// <summary>Measures one song from the request to its end, for <see cref="LeVoTelemetry"/> and the log. A song that is disposed
/// without being completed has failed or was cancelled.</summary>
internal sealed partial class SongMeasure : IDisposable
{
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly ILogger logger;
    private readonly CancellationToken cancellation;
    private bool hasAudio, completed;

    public SongMeasure(SongRequest request, ModelInfo model, ILogger logger, CancellationToken cancellation)
    {
        (this.logger, this.cancellation) = (logger, cancellation);
        LeVoTelemetry.ActiveSongs.Add(1);
        Activity = LeVoTelemetry.Start("levo.song")
            ?.SetTag("levo.model", model.Name).SetTag("levo.part", request.Part.ToString())
            .SetTag("levo.seed", request.Seed?.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The song's activity, or null.</summary>
    public Activity? Activity { get; }

    /// <summary>Time since the request.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(start);

    /// <summary>Whether a caller has a block: a song that is disposed then was abandoned, which counts as cancelled.</summary>
    public bool IsAtCaller { private get; set; }

    /// <summary>Records the time of the first audio; further calls have no effect.</summary>
    public void RecordAudio()
    {
        if (hasAudio)
            return;
        hasAudio = true;
        LeVoTelemetry.FirstAudio.Record(Elapsed.TotalSeconds);
        Activity?.AddEvent(new("levo.first_audio"));
    }

    /// <summary>Records that the song is finished.</summary>
    public void Complete(TimeSpan playingTime)
    {
        completed = true;
        TimeSpan took = Elapsed;
        if (playingTime > TimeSpan.Zero)
            LeVoTelemetry.RealTimeFactor.Record(took / playingTime);
        Activity?.SetTag("levo.seconds", playingTime.TotalSeconds).SetStatus(ActivityStatusCode.Ok);
        LogMade(playingTime.TotalSeconds, took.TotalSeconds);
    }

    /// <summary>Records the outcome.</summary>
    public void Dispose()
    {
        string outcome = completed ? "made" : IsAtCaller || cancellation.IsCancellationRequested ? "cancelled" : "failed";
        LeVoTelemetry.Songs.Add(1, new KeyValuePair<string, object?>("levo.outcome", outcome));
        LeVoTelemetry.ActiveSongs.Add(-1);
        Activity?.SetTag("levo.outcome", outcome);
        if (!completed)
        {
            // A cancellation is not an error.
            if (outcome == "failed")
                Activity?.SetStatus(ActivityStatusCode.Error, outcome);
            LogNotMade(outcome == "failed" ? outcome : "was cancelled", Elapsed.TotalSeconds);
        }
        Activity?.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Made a song of {PlayingTime:F1} s in {Seconds:F1} s.")]
    private partial void LogMade(double playingTime, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "A song {Outcome} after {Seconds:F1} s.")]
    private partial void LogNotMade(string outcome, double seconds);
}
