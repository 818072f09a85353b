using System.Diagnostics;
using System.Globalization;
using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Benchmarks;

/// <summary>How long an empty work item waits for the thread pool, idle and with songs under way.</summary>
internal static class PoolLatency
{
    private const int Pause = 5;

    public static async Task RunAsync(string[] arguments)
    {
        string model = Value("model", "models/levo-demo");
        int songs = int.Parse(Value("songs", "6"), CultureInfo.InvariantCulture);
        int pings = int.Parse(Value("pings", "400"), CultureInfo.InvariantCulture);
        ModelBackend backend = Enum.Parse<ModelBackend>(Value("backend", "Torch"), ignoreCase: true);
        var services = new ServiceCollection();
        services.AddLeVo(options =>
        {
            (options.ModelPath, options.Backend) = (model, backend);
            // By name: the benchmark also measures versions without this option.
            typeof(LeVoOptions).GetProperty("MaxConcurrentSongs")?.SetValue(options, songs);
        }).AddMusicCodec();
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

        string Value(string name, string absent) =>
            arguments.Select(argument => argument.Split('=', 2)).LastOrDefault(pair => pair[0] == name)?[1] ?? absent;
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
