using System.Globalization;
using LeVo.Core.Training;
using Microsoft.Extensions.Logging;

namespace LeVo.Alignment.Policy;

/// <summary>Logs a run's start, reports and end at Information.</summary>
internal sealed partial class TrainingLog(ILogger logger, string folder, IProgress<TrainingReport>? inner = null)
    : IProgress<TrainingReport>
{
    /// <inheritdoc/>
    public void Report(TrainingReport value)
    {
        LogReport(logger, value.Step, value.Steps, value.Metrics.GetValueOrDefault("loss").ToString("G4", CultureInfo.InvariantCulture),
            value.SecondsPerStep, value.Remaining);
        inner?.Report(value);
    }

    /// <summary>Logs the start.</summary>
    public void Start(int steps) => LogStart(logger, folder, steps);

    /// <summary>Logs the end.</summary>
    /// <param name="output">The new model folder.</param>
    public void End(string output) => LogEnd(logger, folder, output);

    [LoggerMessage(Level = LogLevel.Information, Message = "The run '{Folder}' starts: {Steps} updates")]
    private static partial void LogStart(ILogger logger, string folder, int steps);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Update {Step} of {Steps}: loss {Loss}, {Seconds:0.00} s per update, {Remaining} left")]
    private static partial void LogReport(
        ILogger logger, int step, int steps, string loss, double seconds, TimeSpan remaining);

    [LoggerMessage(Level = LogLevel.Information, Message = "The run '{Folder}' has ended; the new model is '{Output}'")]
    private static partial void LogEnd(ILogger logger, string folder, string output);
}
