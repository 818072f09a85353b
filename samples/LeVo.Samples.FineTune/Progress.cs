using System.Globalization;
using LeVo.Core.Training;

namespace LeVo.Samples.FineTune;

/// <summary>Prints how many songs are encoded.</summary>
internal sealed class EncodingProgress : IProgress<int>
{
    public void Report(int value) => Console.WriteLine($"{value} songs encoded");
}

/// <summary>Prints the reports of the training, in their order (<see cref="Progress{T}"/> may swap them).</summary>
internal sealed class StepProgress : IProgress<TrainingReport>
{
    public void Report(TrainingReport value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"step {value.Step} of {value.Steps}, {value.Remaining:hh\\:mm\\:ss} left: {string.Join(", ", value.Metrics
            .Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:0.###}")))}"));
}
