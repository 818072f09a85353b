using System.Globalization;
using LeVo.Core.Generation;

namespace LeVo.Samples.Compose;

/// <summary>
/// One song's progress. Unlike <see cref="Progress{T}"/> it writes at once, so reports keep their order. A live
/// terminal gets ten lines a second at most; a file gets one at each end of a stage and one every ten seconds.
/// </summary>
internal sealed class ProgressLine(Terminal terminal, string title, TimeProvider? clock = null)
    : IProgress<GenerationProgress>
{
    private readonly ProgressPace pace =
        new(terminal.IsLive ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10), clock);

    private readonly Lock gate = new();

    public void Report(GenerationProgress value)
    {
        lock (gate)
        {
            if (pace.IsDue(value))
                terminal.Show(Text(title, value));
        }
    }

    /// <summary>What a line says: stage, percent, rate and time left.</summary>
    public static string Text(string title, GenerationProgress value)
    {
        (string name, string unit) = value.Stage switch
        {
            SongStage.Prefill => ("reading", "positions"),
            SongStage.Tokens => ("writing tokens", "steps"),
            _ => ("making sound", "steps"),
        };
        int percent = value.Total > 0 ? (int)(100L * value.Done / value.Total) : 0;
        string resumed = value.Resumed > 0 ? string.Create(CultureInfo.InvariantCulture, $" after {value.Resumed} from before") : "";
        string rate = value.Done > 0
            ? string.Create(CultureInfo.InvariantCulture, $"  {value.PerSecond:0.0} {unit}/s")
            : "";
        string left = value.Remaining is { } remaining && value.Done < value.Total ? $"  {Clock(remaining)} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{title}: {name} {percent,3} %{resumed}{rate}{left}");
    }

    private static string Clock(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
