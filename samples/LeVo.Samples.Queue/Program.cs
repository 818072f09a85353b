// How does a long-running service take songs in and make them one after the other, without losing any when it stops?
// Each line of the standard input is the lyrics of a song:
// echo "[verse] Morning light" | dotnet run -c Release --project samples/LeVo.Samples.Queue
// The queue is in memory; AddNatsWorkQueue before AddWork makes it one of many machines (docs/scale.md).
using LeVo.Cluster.Work;
using LeVo.Core.Runtime;
using LeVo.Samples.Queue;
using LeVo.Samples.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var line = new ProgramArguments(args, ["--model"]);
if (line.Answer("Queue [--model DIR]: makes a song of each line of the standard input.") is { } exitCode)
    return exitCode;
LeVoRuntime.TuneAllocator();
var read = new TaskCompletionSource();
HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Services.AddLeVo(options => options.ModelPath = line.Text("--model") ?? "models/levo-demo").AddMusicCodec();
builder.Services.AddWork<Composer>(new() { Until = read.Task });
using IHost host = builder.Build();
await host.StartAsync();
IWorkQueue queue = host.Services.GetRequiredService<IWorkQueue>();
// Reading from a terminal can't be cancelled, so the host doesn't wait for it when it stops.
_ = Task.Run(async () =>
{
    for (int number = 1; Console.ReadLine() is { } lyrics; number++)
        await queue.AddAsync(new Order($"song{number}", lyrics).ToItem());
    read.SetResult();
});
await host.WaitForShutdownAsync();
return 0;
