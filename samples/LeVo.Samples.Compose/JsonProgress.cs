using System.Text.Json.Nodes;
using LeVo.Core.Generation;

namespace LeVo.Samples.Compose;

/// <summary>One song's progress for programs: an object a line, at each end of a stage and every second.</summary>
internal sealed class JsonProgress(Terminal terminal, string song, TimeProvider? clock = null) : IProgress<GenerationProgress>
{
    private readonly ProgressPace pace = new(TimeSpan.FromSeconds(1), clock);
    private readonly Lock gate = new();

    public void Report(GenerationProgress value)
    {
        lock (gate)
        {
            if (!pace.IsDue(value))
                return;
            terminal.WriteMessage(new JsonObject
            {
                ["song"] = song,
                ["stage"] = Arguments.Name(value.Stage),
                ["done"] = value.Done,
                ["total"] = value.Total,
                ["resumed"] = value.Resumed,
                ["per_second"] = double.IsFinite(value.PerSecond) ? Math.Round(value.PerSecond, 3) : null,
                ["seconds_left"] = value.Remaining is { } left ? Math.Round(left.TotalSeconds, 1) : null,
            }.ToJsonString());
        }
    }
}
