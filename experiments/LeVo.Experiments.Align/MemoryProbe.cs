using System.Diagnostics;
using System.Globalization;
using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Tokens;
using LeVo.Core.Training;

namespace LeVo.Experiments.Align;

/// <summary>Computed against measured memory of training, one mode a process: the peak of a process never
/// falls.</summary>
internal static class MemoryProbe
{
    public const string Usage = "memory MODEL float32|bfloat16|lora|kept SONGS FRAMES";

    /// <summary>Trains two steps on made-up songs and prints one row of a table; returns what is wrong, or
    /// null.</summary>
    public static string? Run(string[] args)
    {
        if (args is not [_, var folder, var mode, var songsText, var framesText]
            || !int.TryParse(songsText, out int songs) || !int.TryParse(framesText, out int frames) || songs < 1
                || frames < 1)
        {
            return Usage;
        }
        var checkpointed = new TrainingSetup { CheckpointActivations = true };
        TrainingSetup? setup = mode switch
        {
            "float32" => checkpointed,
            "bfloat16" => checkpointed with { Precision = ModelPrecision.BFloat16 },
            "lora" => checkpointed with { Lora = new() },
            "kept" => new(),
            _ => null,
        };
        if (setup is null)
            return Usage;
        TrainableModel model = TrainableModel.Open(folder);
        TrainingMemory computed = TrainingMemory.Estimate(model.Config, LeLmStage.Joint, setup, songs, frames);
        string work = Directory.CreateTempSubdirectory("levo-memory-").FullName;
        try
        {
            int[] codes = [.. Enumerable.Range(0, frames).Select(t => t % model.Config.CodeSize)];
            var song = new TrainingSong(SongTokens.FromRows(codes, codes, codes), "[verse] la", null);
            using var process = Process.GetCurrentProcess();
            process.Refresh();
            long before = process.WorkingSet64;
            new LeLmTrainer(model.Config, model.TokenizerFolder,
                new TrainingOptions { Folder = work, Steps = 2, WarmupSteps = 1 })
            {
                BatchSize = songs,
                Setup = setup,
            }.Train(LeLmStage.Joint, model.WeightsPath, Path.Combine(work, "weights"),
                [.. Enumerable.Repeat(song, songs)], []);
            process.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {mode} | {computed.Total / 1e6:0} | {(process.PeakWorkingSet64 - before) / 1e6:0} |"));
            return null;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
