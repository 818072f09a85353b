using System.Diagnostics;
using System.Globalization;
using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Samples.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Benchmarks;

/// <summary>How long an empty work item waits for the thread pool, idle and with songs under way.</summary>
internal static class PoolLatency
{
    private const int Pause = 5;

    private const string Usage = """
        Times empty work items of the thread pool, idle and while songs are made.

          --model DIR     the model folder (default: models/levo-demo)
          --songs N       songs at a time (default: 6)
          --pings N       work items (default: 400)
          --backend NAME  torch (default) or cpu
          --help          this text
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var line = new ProgramArguments(arguments, ["--model", "--songs", "--pings", "--backend"]);
        string model = line.Text("--model") ?? "models/levo-demo";
        int songs = line.Count("--songs", 6), pings = line.Count("--pings", 400);
        ModelBackend backend = line.Choice<ModelBackend>("--backend");
        if (line.Answer(Usage) is { } exitCode)
            return exitCode;
        var services = new ServiceCollection();
        services.AddLeVo(options =>
            (options.ModelPath, options.Backend, options.MaxConcurrentSongs) = (model, backend, songs)).AddMusicCodec();
        await using ServiceProvider provider = services.BuildServiceProvider();
        var generator = provider.GetRequiredService<ISongGenerator>();
        await generator.GenerateAsync(Request(0)); // everything is loaded and compiled
        Console.WriteLine($"{backend}, {songs} songs, {Environment.ProcessorCount} processors, {pings} pings");
        Print("idle", Ping(pings));

        using var stop = new CancellationTokenSource();
        int made = 0;
        Task[] singers = [.. Enumerable.Range(1, songs).Select(i => Sing(i))];
        Print("under songs", Ping(pings));
        await stop.CancelAsync();
        await Task.WhenAll(singers);
        Console.WriteLine($"{made} songs were finished meanwhile.");
        return 0;

        async Task Sing(int first)
        {
            try
            {
                for (int i = first; ; i += songs)
                {
                    await generator.GenerateAsync(Request(i), null, stop.Token).ConfigureAwait(false);
                    Interlocked.Increment(ref made);
                }
            }
            catch (OperationCanceledException)
            {
                // Measured enough.
            }
        }
    }

    /// <summary>Milliseconds that each of a number of work items waits, in order of size.</summary>
    private static double[] Ping(int count)
    {
        var waits = new double[count];
        using var ran = new AutoResetEvent(false);
        for (int i = 0; i < count; i++)
        {
            long queued = Stopwatch.GetTimestamp();
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                waits[i] = Stopwatch.GetElapsedTime(queued).TotalMilliseconds;
                ran.Set();
            }, null);
            ran.WaitOne();
            Thread.Sleep(Pause);
        }
        Array.Sort(waits);
        return waits;
    }

    private static SongRequest Request(int number) => new()
    {
        Lyrics = Lyrics.Parse("[verse] Morning light.Coffee and rain ; [chorus] Sing it out"),
        Description = "female, pop, piano, slow",
        Seed = (ulong)number,
    };

    private static void Print(string name, double[] waits) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name}: p50 {waits[waits.Length / 2]:0.000} ms, p99 {waits[waits.Length * 99 / 100]:0.000} ms, most {waits[^1]:0.000} ms"));
}
