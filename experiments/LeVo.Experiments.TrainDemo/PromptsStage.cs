using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Training;
using LeVo.Core.Training;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// Goes on training the model folder's LeLM, with audio prompts: excerpts of other songs of the same description. Prompt and
/// description are each dropped from half of the batches (paper, section 3.4).
/// </summary>
internal static class PromptsStage
{
    public static void Run(LeLmStage stage, DemoFolders folders, TrainingOptions options,
        IProgress<TrainingReport> progress, CancellationToken cancellation)
    {
        if (stage == LeLmStage.Mixed)
            PromptTables.Write(folders.LanguageModel, folders.PromptsStart, DemoSizes.LanguageModel);
        using TokenShards shards = ShardStage.OpenTraining(folders);
        var songs = new SameStyleSongs([.. Enumerable.Range(0, shards.Count).Select(shards.Load)]);
        var trainer = new LeLmTrainer(DemoSizes.LanguageModel, folders.Tokenizer, options)
        {
            BatchSize = 12,
            GuideWeight = 1,
            WritesFloat16 = stage == LeLmStage.Tracks,
            DrawsPrompts = true,
            PromptSource = songs.DrawOther,
        };
        trainer.Train(stage, stage == LeLmStage.Mixed ? folders.PromptsStart : folders.PromptsMixedStage,
            stage == LeLmStage.Mixed ? folders.PromptsMixedStage : folders.PromptsStage, songs.All,
            [.. ShardStage.ReadHeldOut(folders).Take(24)], progress, cancellation);
    }
}
