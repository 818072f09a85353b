using System.Diagnostics;
using System.Globalization;
using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using LeVo.Samples.Shared;

namespace LeVo.Experiments.Align;

/// <summary>How a model is held while it is trained.</summary>
internal enum MemoryMode
{
    /// <summary>All weights in float32, activations computed again in the backward pass.</summary>
    Float32,

    /// <summary>The same in bfloat16 with float32 masters.</summary>
    BFloat16,

    /// <summary>Adapters of rank 16, activations computed again.</summary>
    Lora,

    /// <summary>All weights in float32, activations kept.</summary>
    Kept,
}

/// <summary>Computed and measured memory of training. A process measures one mode, since its peak never falls.</summary>
internal static class MemoryProbe
{
    /// <summary>Trains two steps on made-up songs and prints one row of a table.</summary>
    public static void Run(string folder, MemoryMode mode, int songs, int frames)
    {
        var checkpointed = new TrainingSetup { CheckpointActivations = true };
        TrainingSetup setup = mode switch
        {
            MemoryMode.BFloat16 => checkpointed with { Precision = ModelPrecision.BFloat16 },
            MemoryMode.Lora => checkpointed with { Lora = new() },
            MemoryMode.Kept => new(),
            _ => checkpointed,
        };
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
                $"| {ProgramArguments.Name(mode)} | {computed.Total / 1e6:0} | {(process.PeakWorkingSet64 - before) / 1e6:0} |"));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
