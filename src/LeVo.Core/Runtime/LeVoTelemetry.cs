using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LeVo.Core.Runtime;

/// <summary>
/// What the libraries tell OpenTelemetry and other listeners: an <see cref="ActivitySource"/> and a <see cref="Meter"/> of the
/// name LeVo. Nothing is measured where nobody listens; texts are never among it. Thread-safe.
/// </summary>
internal static class LeVoTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "LeVo";

    private static readonly string? Version = typeof(LeVoTelemetry).Assembly.GetName().Version?.ToString(3);

    internal static ActivitySource Source { get; } = new(Name, Version);

    internal static Meter Meter { get; } = new(Name, Version);

    internal static UpDownCounter<int> ActiveSongs { get; } =
        Meter.CreateUpDownCounter<int>("levo.songs.active", "{song}", "Songs that are being made.");

    internal static Counter<int> Songs { get; } =
        Meter.CreateCounter<int>("levo.songs", "{song}", "Songs that ended, by outcome: made, cancelled, failed.");

    internal static Histogram<double> Prefill { get; } =
        Meter.CreateHistogram<double>("levo.prefill.duration", "s", "Time to read the conditions and the first columns.");

    internal static Counter<long> Steps { get; } =
        Meter.CreateCounter<long>("levo.steps", "{step}", "Steps of the language model.");

    internal static Histogram<double> StepRate { get; } =
        Meter.CreateHistogram<double>("levo.step.rate", "{step}/s", "Steps a second, one value a song.");

    internal static Histogram<double> Windows { get; } =
        Meter.CreateHistogram<double>("levo.codec.window.duration", "s", "Time to turn one window of codes into sound.");

    internal static Histogram<double> FirstAudio { get; } = Meter.CreateHistogram<double>(
        "levo.time_to_first_audio", "s", "Time from the request to the first block of sound.");

    internal static Histogram<double> RealTimeFactor { get; } = Meter.CreateHistogram<double>(
        "levo.real_time_factor", "1", "Time to make a song, divided by its playing time.");

    /// <summary>Starts an activity under a given one; null where nobody listens.</summary>
    internal static Activity? Start(string name, Activity? parent = null) =>
        Source.StartActivity(name, ActivityKind.Internal, (parent ?? Activity.Current)?.Context ?? default);
}
