using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Training;
using LeVo.Core.Training;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Trains LeLM on the shards: mixed tokens, then the tracks.</summary>
internal static class LanguageModelStage
{
    public static void Run(LeLmStage stage, string? start, DemoFolders folders, TrainingOptions options,
        IProgress<TrainingReport> progress, CancellationToken cancellation)
    {
        MiniTokenizerFiles.Write(folders.Tokenizer);
        using TokenShards songs = ShardStage.OpenTraining(folders);
        TrainingSong[] heldOut = [.. ShardStage.ReadHeldOut(folders).Take(24)];
        var trainer = new LeLmTrainer(DemoSizes.LanguageModel, folders.Tokenizer, options)
        {
            BatchSize = 12,
            GuideWeight = 1,
            WritesFloat16 = stage == LeLmStage.Tracks,
        };
        trainer.Train(stage, stage == LeLmStage.Mixed ? start : folders.MixedStage,
            stage == LeLmStage.Mixed ? folders.MixedStage : folders.LanguageModel, songs, heldOut, progress, cancellation);
    }
}
