using LeVo.Alignment.Policy;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Experiments.Align;
using LeVo.Experiments.MiniWorld.Scoring;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;

// Preference alignment from end to end on a model of miniature songs (paper, section 3.5).
var arguments = new Arguments(args);
if (arguments.Line.Answer(Arguments.Usage) is { } exitCode)
    return exitCode;
using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; interrupt.Cancel(); };
LeVoRuntime.EnsureTorch();
torch.set_num_threads(arguments.Threads);
try
{
    await using ServiceProvider services = new ServiceCollection()
        .AddLeVo(options => options.ModelPath = arguments.Model).AddMusicCodec().AddAlignment()
            .Services.BuildServiceProvider();
    using MiniRecognisers recognisers = MiniRecognisers.Load(arguments.Recognisers);
    var listener =
        new Listener(services.GetRequiredService<IMusicCodec>(), recognisers, Path.Combine(arguments.Work, "heard"));
    var run = new AlignRun(services.GetRequiredService<TrainableModel>(),
        services.GetRequiredService<ITokenGenerator>().Model.Options, listener, arguments,
        line => Console.WriteLine($"{DateTime.Now:HH:mm:ss} {line}"));
    string table = await run.RunAsync(interrupt.Token);
    await File.WriteAllTextAsync(Path.Combine(arguments.Work, "table.md"), table);
    Console.Write(table);
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. The same command resumes the run.");
    return 130;
}
catch (Exception e) when (e is ModelLoadException or IOException or InvalidDataException or LeVoRuntimeException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
