using LeVo.Alignment.Data;
using LeVo.Codec.Training;
using LeVo.Core.Tokens;
using LeVo.Core.Training;

namespace LeVo.Experiments.TrainDemo.Decoders;

/// <summary>Distils the flow decoder of the model folder, on tokens of the training songs.</summary>
internal static class DistillationStage
{
    public static void Run(DemoFolders folders, TrainingOptions options, int songs, IProgress<TrainingReport> progress,
        CancellationToken cancellation)
    {
        using TokenShards shards = ShardStage.OpenTraining(folders);
        SongTokens[] tokens = [.. Enumerable.Range(0, Math.Min(songs, shards.Count)).Select(i => shards.Load(i).Tokens)];
        new FlowDistillation(options).Train(
            folders.Model, folders.Distilled, tokens, new Line(), progress, cancellation);
    }

    private sealed class Line : IProgress<string>
    {
        public void Report(string value) => Console.WriteLine($"{DateTime.Now:HH:mm:ss} {value}");
    }
}
