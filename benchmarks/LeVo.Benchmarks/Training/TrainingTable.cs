using System.Diagnostics;
using System.Globalization;
using LeVo.Alignment.Policy;
using LeVo.Benchmarks.Songs;
using LeVo.Core;
using LeVo.Core.Conditioning;
using LeVo.Core.Runtime;
using LeVo.Core.Threading;
using LeVo.Core.Training;
using LeVo.Samples.Shared;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Training;

/// <summary>
/// The memory of training, computed and measured, and the time of a step, with weights made in memory. Each mode has a process
/// of its own, since the peak of a process never falls; several modes run with a C library that returns freed memory.
/// </summary>
internal static class TrainingTable
{
    private const string Usage = """
        Measures the memory of training steps; prints a table.

          --runs LIST    of lora, tracks, dpo (at v2-medium size), full32, full16, mixed16, lora32, kept16, kept32,
                         dpo16 (at a quarter of the layers, with text tables of 20 000 rows); default: all; up to 18 GB
          --seconds N    playing time of each song (default: each mode's own)
          --threads N    (default: libtorch's)
          --trace        with one run: the resident memory after each part of a step, and what of the C library's heap is unused
          --help         this text
        """;

    /// <summary>Makes glibc return freed blocks of at least so many bytes at once; by default it keeps those of up to 32 MB.</summary>
    private const string ThresholdVariable = "MALLOC_MMAP_THRESHOLD_";

    public static int Run(string[] arguments)
    {
        var line = new ProgramArguments(arguments, ["--runs", "--seconds", "--threads"], ["--trace"]);
        string[] all = [.. TrainingCase.All.Select(one => one.Key)];
        string[] runs = line.List("--runs", all, all);
        int count = line.Count("--threads", 0, least: 0), seconds = line.Count("--seconds", 0, least: 0);
        if (line.Answer(Usage) is { } exitCode)
            return exitCode;
        if (runs is [string run])
        {
            TrainingCase one = TrainingCase.All.Single(one => one.Key == run);
            if (seconds > 0)
                one = one with { Seconds = seconds };
            // As the trainers' services do, which has an effect on the C library's heap.
            DedicatedThread.Run(() => Measure(one, count, line.Has("--trace")), CancellationToken.None).GetAwaiter().GetResult();
            return 0;
        }
        Console.WriteLine("| mode | layers | music | computed, GB | measured, GB | measured / computed | seconds a step |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (string each in runs)
        {
            string[] rest = ["--threads", $"{count}", "--seconds", $"{seconds}"];
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["--training", "--runs", each, .. rest]);
            start.Environment.TryAdd(ThresholdVariable, "1048576");
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            if (process.ExitCode != 0)
                return process.ExitCode;
        }
        return 0;
    }

    private static void Measure(TrainingCase one, int threads, bool traces)
    {
        LeVoRuntime.EnsureTorch();
        if (threads > 0)
            set_num_threads(threads);
        ConditionPreparer preparer = ConditionPreparer.Load(one.Config, ReleasedSizeFolder.Tokenizer);
        string folder = Directory.CreateTempSubdirectory("levo-training-").FullName;
        ProcessMemory.ResetPeak();
        double before = ProcessMemory.Bytes("VmRSS");
        // The time of the last step is reported; of the second one, where it does not take long.
        int steps = one.IsWhole ? 1 : 2;
        ScalarType type = one.Setup.Precision == ModelPrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        List<long> starts = [];
        try
        {
            using var lelm = new TrainedLeLm(one.Config, preparer, one.Stage, null, one.Setup, 1, new TiledValues(type));
            Trace("built");
            // The run ends before its last step, so that no checkpoint is written.
            new TrainingLoop(lelm.Trained, new() { Folder = folder, Steps = steps + 1, LearningRate = 1e-5, CheckpointInterval = TimeSpan.MaxValue }).Run(step =>
            {
                starts.Add(Stopwatch.GetTimestamp());
                Trace("update done");
                if (step == steps)
                    throw new OperationCanceledException();
                StepResult loss = one.Loss(lelm);
                Trace("loss computed");
                return loss;
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

        void Trace(string what)
        {
            if (traces)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{what}: resident {(ProcessMemory.Bytes("VmRSS") - before) / 1e9:0.00} GB, at most {(ProcessMemory.Bytes("VmHWM") - before) / 1e9:0.00} GB, "
                    + $"unused heap {ProcessMemory.UnusedHeap() / 1e9:0.00} GB"));
        }
    }
}
