using LeVo.Core.Runtime;
using LeVo.GpuChecks;

var settings = new CheckSettings(args);
if (settings.Line.Answer(CheckSettings.Usage) is { } exitCode)
    return exitCode;
Environment.CurrentDirectory = AppContext.BaseDirectory;
try
{
    LeVoRuntime.EnsureTorch();
}
catch (LeVoRuntimeException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}
var table = new CheckTable(settings);
table.Head();
await table.RunAsync("goldens", "LeLM's reference numbers", () => Task.FromResult(GoldenCheck.Run(settings)));
await table.RunAsync("codec", "the codec's sound, against the CPU", () => CodecCheck.RunAsync(settings));
await table.RunAsync("half", "16 bits against float32", () => Task.FromResult(HalfCheck.Run(settings)));
await table.RunAsync("steps", $"{settings.Steps} decoding steps", () => Task.FromResult(StepCheck.Run(settings)));
await table.RunAsync("song", $"a song of {settings.SongSeconds} s", () => SongCheck.RunAsync(settings));
await table.RunAsync("lora", $"LoRA, activations recomputed, {CheckSettings.TrainingSteps} steps", () => Task.FromResult(LoraCheck.Run(settings)));
await table.RunAsync("guide", "bfloat16 with guided attention", () => Task.FromResult(GuideCheck.Run(settings)));
await table.RunAsync("batch", "a batch of 4 songs", () => Task.FromResult(BatchCheck.Run(settings)));
return table.Failed ? 1 : 0;
