using System.Globalization;
using LeVo.Core.Training;

namespace LeVo.Experiments.TrainDemo;

/// <summary>One line a report, at once (<see cref="Progress{T}"/> would print them out of order).</summary>
internal sealed class ConsoleProgress : IProgress<TrainingReport>
{
    public void Report(TrainingReport value)
    {
        string metrics = string.Join("  ", value.Metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:0.####}")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.Now:HH:mm:ss} {value.Step}/{value.Steps}  {value.SecondsPerStep:0.000} s/step  {metrics}"));
    }
}
