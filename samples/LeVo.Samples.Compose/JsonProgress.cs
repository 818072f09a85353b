using System.Text.Json.Nodes;
using LeVo.Core.Generation;

namespace LeVo.Samples.Compose;

/// <summary>One song's progress for programs: an object a line, at each end of a stage and every second.</summary>
internal sealed class JsonProgress(Terminal terminal, string song, TimeProvider? clock = null) : IProgress<GenerationProgress>
{
    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly Lock gate = new();
    private SongStage? stage;
    private long written;

    public void Report(GenerationProgress value)
    {
        lock (gate)
        {
            bool edge = value.Stage != stage || value.Done == value.Total;
            if (!edge && clock.GetElapsedTime(written) < TimeSpan.FromSeconds(1))
                return;
            (stage, written) = (value.Stage, clock.GetTimestamp());
            terminal.WriteMessage(new JsonObject
            {
                ["song"] = song,
                ["stage"] = Arguments.Name(value.Stage),
                ["done"] = value.Done,
                ["total"] = value.Total,
                ["per_second"] = double.IsFinite(value.PerSecond) ? Math.Round(value.PerSecond, 3) : null,
                ["seconds_left"] = value.Remaining is { } left ? Math.Round(left.TotalSeconds, 1) : null,
            }.ToJsonString());
        }
    }
}
