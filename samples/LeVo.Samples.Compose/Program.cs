using LeVo.Samples.Compose;

using var interruption = new Interruption();
try
{
    return await new ComposeApp(Terminal.OfProcess()).RunAsync(args, interruption.Token);
}
catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
{
    return interruption.ExitCode;
}
