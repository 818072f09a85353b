using System.Diagnostics;
using System.Globalization;
using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.GpuChecks;

/// <summary>A LoRA run whose activations are recomputed: the loss falls, and neither tensors nor memory grow.</summary>
internal static class LoraCheck
{
    /// <summary>Steps after which everything that stays has been made.</summary>
    private const int Settled = 3;

    /// <summary>A model with adapters, a song, and what holds them.</summary>
    public static TrainedLeLm Open(CheckSettings settings) => new(settings.Model,
        ConditionPreparer.Load(settings.Model, CheckSettings.Tokenizer), LeLmStage.Joint, null, Setup(settings), 1,
        new RandomWeights(settings.Device, ScalarType.BFloat16));

    /// <summary>A song that repeats itself, so that a few steps learn it.</summary>
    public static TrainingSong Song(CheckSettings settings)
    {
        int frames = settings.TrainingSeconds * settings.Model.FrameRate;
        int[] codes = [.. Enumerable.Range(0, frames).Select(t => t % 8)];
        return new(SongTokens.FromRows(codes, codes, codes), CheckSettings.Lyrics.Render(), "pop")
        {
            LyricsTokens = [.. Enumerable.Range(0, frames).Select(t => 1 + t / 25 % 16)],
        };
    }

    public static CheckResult Run(CheckSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("levo-gpu-check-").FullName;
        try
        {
            using TrainedLeLm lelm = Open(settings);
            TrainingSong song = Song(settings);
            List<(long At, long Tensors, long? Free)> starts = [];
            List<double> losses = [];
            var options = new TrainingOptions
            {
                Folder = folder,
                Steps = CheckSettings.TrainingSteps,
                LearningRate = 1e-3,
                WarmupSteps = 1,
                ReportEvery = 1,
                CheckpointInterval = TimeSpan.FromDays(1),
            };
            new TrainingLoop(lelm.Trained, options).Run(step =>
            {
                starts.Add((Stopwatch.GetTimestamp(), Tensor.TotalCount, TorchDevices.FreeBytes(settings.Device)));
                return LeLmLoss.Compute(LeLmStage.Joint, lelm.Model, lelm.Batch([song]));
            }, new Reports(losses));
            double seconds = Stopwatch.GetElapsedTime(starts[Settled].At, starts[^1].At).TotalSeconds / (starts.Count - 1 - Settled);
            long tensors = starts[^1].Tensors - starts[Settled].Tensors;
            double grown = ((starts[Settled].Free ?? 0) - (starts[^1].Free ?? 0)) / 1e9;
            bool passed = losses.All(double.IsFinite) && losses[^1] < losses[0] && tensors <= 0 && (settings.IsRehearsal || grown < 0.1);
            return new(passed, string.Create(CultureInfo.InvariantCulture,
                $"{settings.TrainingSeconds} s of music, {seconds:0.0} s a step, loss {losses[0]:0.00} to {losses[^1]:0.00}, "
                + $"{tensors} tensors{(settings.IsRehearsal ? "" : $" and {grown:0.00} GB")} more after step {CheckSettings.TrainingSteps} "
                + $"than after step {Settled}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TrainingSetup Setup(CheckSettings settings) => new()
    {
        Device = settings.DeviceName,
        Precision = ModelPrecision.BFloat16,
        CheckpointActivations = true,
        Lora = new(),
    };

    private sealed class Reports(List<double> losses) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) => losses.Add(value.Metrics["loss"]);
    }
}
