using LeVo.Core.Runtime;
using LeVo.Samples.Compose;

LeVoRuntime.TuneAllocator();
using var interruption = new Interruption();
try
{
    return await new ComposeApp(Terminal.OfProcess()).RunAsync(args, interruption.Token);
}
catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
{
    return interruption.ExitCode;
}
