using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LeVo.Core.Runtime;

/// <summary>
/// The libraries' telemetry for OpenTelemetry and other listeners: an <see cref="ActivitySource"/> and a
/// <see cref="Meter"/>, both named LeVo. Nothing is recorded without a listener, and lyrics and descriptions are
/// never recorded. Thread-safe.
/// </summary>
internal static class LeVoTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "LeVo";

    private static readonly string? Version = typeof(LeVoTelemetry).Assembly.GetName().Version?.ToString(3);

    internal static ActivitySource Source { get; } = new(Name, Version);

    internal static Meter Meter { get; } = new(Name, Version);

    internal static UpDownCounter<long> ActiveSongs { get; } =
        Meter.CreateUpDownCounter<long>("levo.songs.active", "{song}", "Songs being generated.");

    internal static Counter<long> Songs { get; } =
        Meter.CreateCounter<long>("levo.songs", "{song}", "Songs that ended, by outcome: made, cancelled, failed.");

    internal static Histogram<double> Prefill { get; } =
        Meter.CreateHistogram<double>("levo.prefill.duration", "s", "Time to process the conditions and the first columns.");

    internal static Counter<long> Steps { get; } =
        Meter.CreateCounter<long>("levo.steps", "{step}", "Steps of the language model.");

    internal static Histogram<double> StepRate { get; } =
        Meter.CreateHistogram<double>("levo.step.rate", "{step}/s", "Steps per second, one value per song.");

    internal static Histogram<double> Windows { get; } =
        Meter.CreateHistogram<double>("levo.codec.window.duration", "s", "Time to decode one window of codes to audio.");

    internal static Histogram<double> FirstAudio { get; } = Meter.CreateHistogram<double>(
        "levo.time_to_first_audio", "s", "Time from the request to the first block of audio.");

    internal static Histogram<double> RealTimeFactor { get; } = Meter.CreateHistogram<double>(
        "levo.real_time_factor", "1", "Time to generate a song, divided by its playing time.");

    /// <summary>Starts an activity with the given or current parent; null without a listener.</summary>
    internal static Activity? Start(string name, Activity? parent = null) =>
        Source.StartActivity(name, ActivityKind.Internal, (parent ?? Activity.Current)?.Context ?? default);
}
