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
    /// <summary>Frames from which a style is heard: the first of the song and the first that are sung.</summary>
    private const int StyleFrames = 12;

    public static void Run(LeLmStage stage, string? start, DemoFolders folders, TrainingOptions options,
        IProgress<TrainingReport> progress, CancellationToken cancellation)
    {
        if (stage == LeLmStage.Mixed && start is null)
            PromptTables.Write(folders.LanguageModel, folders.PromptsStart, DemoSizes.LanguageModel);
        using TokenShards shards = ShardStage.OpenTraining(folders);
        var songs = new SameStyleSongs([.. Enumerable.Range(0, shards.Count).Select(shards.Load).Select(MarkStyle)]);
        var trainer = new LeLmTrainer(DemoSizes.LanguageModel, folders.Tokenizer, options)
        {
            BatchSize = 12,
            GuideWeight = 1,
            MarkedWeight = 20,
            WritesFloat16 = stage == LeLmStage.Tracks,
            DrawsPrompts = true,
            PromptSource = songs.DrawOther,
        };
        trainer.Train(stage, start ?? (stage == LeLmStage.Mixed ? folders.PromptsStart : folders.PromptsMixedStage),
            stage == LeLmStage.Mixed ? folders.PromptsMixedStage : folders.PromptsStage, songs.All,
            [.. ShardStage.ReadHeldOut(folders).Take(24).Select(MarkStyle)], progress, cancellation);
    }

    /// <summary>
    /// Marks the frames that decide the style. Later frames follow it without a prompt, since they hear it in the earlier
    /// ones: with equal weights, the style's information is 0.01 nats a frame, and a trained model doesn't learn to read it.
    /// </summary>
    internal static TrainingSong MarkStyle(TrainingSong song)
    {
        int sung = song.MarkedFrames.Count > 0 ? song.MarkedFrames[0] : 0; // marked were the frames where a phone begins
        return song with
        {
            MarkedFrames = [.. Enumerable.Range(0, StyleFrames).Concat(Enumerable.Range(sung, StyleFrames)).Distinct()
                .Where(frame => frame < song.Tokens.Frames)],
        };
    }
}
