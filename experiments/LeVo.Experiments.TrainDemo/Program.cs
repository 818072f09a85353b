using LeVo.Alignment.Policy;
using LeVo.Core.Runtime;
using LeVo.Core.Training;
using LeVo.Experiments.TrainDemo;
using LeVo.Experiments.TrainDemo.Decoders;
using TorchSharp;

// Trains the demo model, stage by stage: each call runs one stage, resumes where it was stopped, and writes its part of the
// model folder when it is done. docs/demo-model.md has the commands and the results.
var arguments = new Arguments(args);
if (arguments.Line.Answer(Arguments.Usage) is { } exitCode)
    return exitCode;
using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; interrupt.Cancel(); };
LeVoRuntime.EnsureTorch();
torch.set_num_threads(arguments.Threads);
var progress = new ConsoleProgress();
var folders = new DemoFolders(arguments.Work, arguments.Model);
TrainingOptions Options(int steps, double rate, int warmup = 100) => new()
{
    Folder = folders.Run(arguments.Stage),
    Steps = arguments.Steps ?? steps,
    LearningRate = arguments.Rate ?? rate,
    WarmupSteps = warmup,
    Seed = arguments.Seed,
};
try
{
    switch (arguments.Stage)
    {
        case "vae": VaeStage.Run(folders, Options(600, 3e-4, warmup: 50), progress, interrupt.Token); break;
        case "recogniser": await RecogniserStage.RunAsync(folders, interrupt.Token); break;
        case "folder": DemoModelFolder.Write(folders, SilentCodes.Count(ShardStage.ReadFirst(folders))); break;
        case "evaluate": await EvaluateStage.RunAsync(folders, arguments, interrupt.Token); break;
        case "evaluate-prompts": await EvaluatePromptsStage.RunAsync(folders, arguments, interrupt.Token); break;
        case "compare": await EvaluatePromptsStage.CompareAsync(folders, arguments, interrupt.Token); break;
        case "sample-prompts": await SamplePromptsStage.RunAsync(folders, Path.Combine("samples", "songs"), interrupt.Token); break;
        case "phones": await PhonesStage.RunAsync(folders, arguments, interrupt.Token); break;
        case "distil": DistillationStage.Run(folders, Options(1200, 5e-4, warmup: 50), arguments.Songs, progress, interrupt.Token); break;
        case "decoders": DecoderStage.Run(folders, arguments, interrupt.Token); break;
        case "shards": ShardStage.Run(folders, arguments.Songs, interrupt.Token); break;
        case "flow": FlowStage.Run(folders, Options(1500, 1e-3), arguments.Songs, progress, interrupt.Token); break;
        case "mixed": LanguageModelStage.Run(LeLmStage.Mixed, arguments.Start, folders, Options(2000, 3e-3), progress, interrupt.Token); break;
        case "tracks": LanguageModelStage.Run(LeLmStage.Tracks, null, folders, Options(800, 2e-3), progress, interrupt.Token); break;
        case "prompts-mixed": PromptsStage.Run(LeLmStage.Mixed, arguments.Start, folders, Options(1000, 1e-3), progress, interrupt.Token); break;
        case "prompts-tracks": PromptsStage.Run(LeLmStage.Tracks, arguments.Start, folders, Options(400, 1e-3, warmup: 50), progress, interrupt.Token); break;
        case "encoder": EncoderStage.Run(folders, Options(2000, 1.5e-3), progress, interrupt.Token); break;
    }
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. The same command resumes the stage.");
    return 130;
}
