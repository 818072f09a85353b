using LeVo.Experiments.MiniWorld.Scoring;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Trains the recognisers that measure the demo: a minute or two, without checkpoints.</summary>
internal static class RecogniserStage
{
    public static async Task RunAsync(DemoFolders folders, CancellationToken cancellation)
    {
        using MiniRecognisers recognisers = await RecogniserTrainer.TrainAsync(
            new RecogniserTrainingOptions(), new Line(), cancellation);
        Directory.CreateDirectory(folders.Work);
        recognisers.Save(folders.Recogniser);
    }

    private sealed class Line : IProgress<RecogniserProgress>
    {
        public void Report(RecogniserProgress value)
        {
            if (value.Done % 50 == 0 || value.Done == value.Total)
                Console.WriteLine($"{value.Part} {value.Done}/{value.Total}  loss {value.Loss:0.000}  right {value.Accuracy:P1}");
        }
    }
}
