using System.Diagnostics;
using System.Globalization;
using LeVo.Alignment.Policy;
using LeVo.Core.Conditioning;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Training;
using LeVo.Samples.Shared;
using TorchSharp;

namespace LeVo.Benchmarks.Training;

/// <summary>
/// The memory of training, computed and measured, and the time of a step, with weights made in memory. Each mode has a process
/// of its own, since a process does not return all of its memory.
/// </summary>
internal static class TrainingTable
{
    private const string Usage = """
        Measures the memory of training steps; prints a table.

          --runs LIST    of lora, tracks, dpo (at v2-medium size), full32, full16, mixed16, lora32, kept16, kept32,
                         dpo16 (at a quarter of the layers, with text tables of 20 000 rows); default: all; up to 18 GB
          --threads N    (default: libtorch's)
          --help         this text
        """;

    /// <summary>The tokenizer of the demo model, from the repository's root.</summary>
    public const string Tokenizer = "models/levo-demo/tokenizer";

    /// <summary>Steps of a run; the time of the last one is reported.</summary>
    private const int Steps = 2;

    public static int Run(string[] arguments)
    {
        var line = new ProgramArguments(arguments, ["--runs", "--threads"]);
        string[] all = [.. TrainingCase.All.Select(one => one.Key)];
        string[] runs = line.List("--runs", all, all);
        string? threads = line.Text("--threads");
        int count = line.Count("--threads", 0, least: 0);
        if (line.Answer(Usage) is { } exitCode)
            return exitCode;
        if (runs is [string run])
        {
            Measure(TrainingCase.All.Single(one => one.Key == run), count);
            return 0;
        }
        Console.WriteLine("| mode | layers | music | computed, GB | measured, GB | measured / computed | seconds a step |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (string each in runs)
        {
            string[] rest = threads is null ? [] : ["--threads", threads];
            using Process process = Process.Start(Environment.ProcessPath!, ["--training", "--runs", each, .. rest]);
            process.WaitForExit();
            if (process.ExitCode != 0)
                return process.ExitCode;
        }
        return 0;
    }

    private static void Measure(TrainingCase one, int threads)
    {
        LeVoRuntime.EnsureTorch();
        if (threads > 0)
            torch.set_num_threads(threads);
        ConditionPreparer preparer = ConditionPreparer.Load(one.Config, Tokenizer);
        string folder = Directory.CreateTempSubdirectory("levo-training-").FullName;
        ProcessMemory.ResetPeak();
        double before = ProcessMemory.Bytes("VmRSS");
        List<long> starts = [];
        try
        {
            using var lelm = new TrainedLeLm(one.Config, preparer, one.Stage, null, one.Setup, 1, new RandomTensorSource(1));
            // The run ends before its last step, so that no checkpoint is written.
            new TrainingLoop(lelm.Trained, new() { Folder = folder, Steps = Steps + 1, LearningRate = 1e-5, CheckpointInterval = TimeSpan.MaxValue }).Run(step =>
            {
                starts.Add(Stopwatch.GetTimestamp());
                return step < Steps ? one.Loss(lelm) : throw new OperationCanceledException();
            });
        }
        catch (OperationCanceledException)
        {
            double measured = ProcessMemory.Bytes("VmHWM") - before, computed = one.Estimate().Total;
            string music = one.IsPair ? $"2 x {one.Seconds} s" : $"{one.Seconds} s";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {one.Name} | {one.Config.MixedLayers} + {one.Config.TrackLayers} | {music} | {computed / 1e9:0.00} | "
                + $"{measured / 1e9:0.00} | {measured / computed:0.00} | {Stopwatch.GetElapsedTime(starts[^2], starts[^1]).TotalSeconds:0} |"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
