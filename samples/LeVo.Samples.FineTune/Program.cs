// How does one fine-tune a model on songs of one's own?
// A folder has, for each song NAME, the lyrics NAME.txt with structure tags, the stems NAME.vocal.wav and
// NAME.accompaniment.wav, and optionally NAME.description.txt. The result is a model folder that Compose reads:
// dotnet run -c Release --project samples/LeVo.Samples.FineTune -- --songs songs --output mine
using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Training;
using LeVo.Core.Generation;
using LeVo.Core.Training;
using LeVo.Samples.FineTune;
using LeVo.Samples.Shared;
using Microsoft.Extensions.DependencyInjection;

const string Usage = """
    Trains LoRA adapters on a folder of songs and writes a new model folder. The same command continues a stopped run.

      --songs DIR   the songs: NAME.txt, NAME.vocal.wav, NAME.accompaniment.wav, NAME.description.txt
      --output DIR  the new model folder; must not exist or be empty
      --model DIR   the model to start from (default: models/levo-demo)
      --work DIR    receives the encoded songs and the checkpoint of the run (default: fine-tune)
      --steps N     updates (default: 500)
      --rank N      rank of the adapters (default: 16)
      --help        this text
    """;
var line = new ProgramArguments(args, ["--songs", "--output", "--model", "--work", "--steps", "--rank"]);
int steps = line.Count("--steps", 500), rank = line.Count("--rank", 16);
line.Require("--songs", "--output");
if (line.Answer(Usage) is { } exitCode)
    return exitCode;
string songs = line.Text("--songs")!, output = line.Text("--output")!, work = line.Text("--work") ?? "fine-tune";

// The first Ctrl+C stops after the current step with a checkpoint, the second one ends the process.
using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
};

// Without Lora all weights are trained, which takes far more memory (docs/fine-tuning.md).
var services = new ServiceCollection();
services.AddLeVo(options => options.ModelPath = line.Text("--model") ?? "models/levo-demo").AddMusicCodec()
    .AddAlignment(options => options.Setup = new TrainingSetup { Lora = new LoraOptions { Rank = rank } });
await using ServiceProvider provider = services.BuildServiceProvider();
try
{
    // Encode the songs once. A shard appears whole or not at all, so one that is there is complete.
    string shardFolder = Path.Combine(work, "shards");
    if (!Directory.Exists(shardFolder) || !Directory.EnumerateFiles(shardFolder).Any())
    {
        await SongFolder.EncodeAsync(songs, provider.GetRequiredService<IMusicCodec>(), new TokenShardWriter(shardFolder),
            provider.GetRequiredService<TrainableModel>().TextRules, new EncodingProgress(), interruption.Token);
    }
    using var shards = new TokenShards(shardFolder);

    // Train. The run's folder has the checkpoint from which the same command continues, and metrics.jsonl.
    await provider.GetRequiredService<IFineTuner>().TrainAsync(shards, output, new TrainingOptions
    {
        Folder = Path.Combine(work, "run"),
        Steps = steps,
        LearningRate = 1e-4,
        WarmupSteps = Math.Min(20, steps / 10),
        Accumulation = 4,
        ReportEvery = 5,
    }, LeLmStage.Joint, new StepProgress(), interruption.Token);
    Console.WriteLine($"{output} is ready: samples/LeVo.Samples.Compose takes it as --model.");
    return 0;
}
catch (OperationCanceledException) when (interruption.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. The same command continues the run.");
    return 130;
}
catch (Exception e) when (e is IOException or InvalidDataException or LeVo.Core.Model.ModelLoadException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}
