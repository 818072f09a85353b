using System.Diagnostics;
using LeVo.Core.Runtime;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Generation;

/// <summary>Measures one song from the request to its end, for the listeners of <see cref="LeVoTelemetry"/> and the log. What is
/// disposed without an end has failed or was cancelled.</summary>
internal sealed partial class SongMeasure : IDisposable
{
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly ILogger logger;
    private readonly CancellationToken cancellation;
    private bool heard, made;

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

    /// <summary>Sound has come; only the first call counts.</summary>
    public void Sounds()
    {
        if (heard)
            return;
        heard = true;
        LeVoTelemetry.FirstAudio.Record(Elapsed.TotalSeconds);
        Activity?.AddEvent(new("levo.first_audio"));
    }

    /// <summary>The song is made.</summary>
    public void Made(TimeSpan playingTime)
    {
        made = true;
        TimeSpan took = Elapsed;
        if (playingTime > TimeSpan.Zero)
            LeVoTelemetry.RealTimeFactor.Record(took / playingTime);
        Activity?.SetTag("levo.seconds", playingTime.TotalSeconds).SetStatus(ActivityStatusCode.Ok);
        LogMade(playingTime.TotalSeconds, took.TotalSeconds);
    }

    /// <summary>Tells how it ended.</summary>
    public void Dispose()
    {
        string outcome = made ? "made" : cancellation.IsCancellationRequested ? "cancelled" : "failed";
        LeVoTelemetry.Songs.Add(1, new KeyValuePair<string, object?>("levo.outcome", outcome));
        LeVoTelemetry.ActiveSongs.Add(-1);
        Activity?.SetTag("levo.outcome", outcome);
        if (!made)
        {
            // Whoever cancels a song wants it so: that is no error.
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
