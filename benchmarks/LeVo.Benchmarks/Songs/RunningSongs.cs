using System.Diagnostics;
using LeVo.Core.Generation;
using LeVo.Core.Text;

namespace LeVo.Benchmarks.Songs;

/// <summary>Songs that are composed at the same time, as tokens; all of them can be paused between two steps.</summary>
internal sealed class RunningSongs : IDisposable
{
    private readonly ManualResetEventSlim running = new(true);
    private readonly List<(Counter Steps, CancellationTokenSource Stop, Task Song)> songs = [];

    public RunningSongs(ITokenGenerator generator, int count)
    {
        for (int i = 0; i < count; i++)
        {
            (Counter steps, CancellationTokenSource stop) = (new(running), new());
            songs.Add((steps, stop, ComposeAsync(generator, steps, stop.Token)));
        }
    }

    /// <summary>Waits until each song has taken a number of steps.</summary>
    public async Task WaitForAsync(int steps)
    {
        while (songs.Any(song => song.Steps.Done < steps && !song.Song.IsCompleted))
            await Task.Delay(1).ConfigureAwait(false);
    }

    /// <summary>Seconds of a step of all songs, the mean of a number of steps of each; pauses them then.</summary>
    public async Task<double> StepSecondsAsync(int steps)
    {
        running.Set();
        await WaitForAsync(songs.Max(song => song.Steps.Done) + 1).ConfigureAwait(false);
        int before = Sum(), wanted = before + steps * songs.Count;
        long start = Stopwatch.GetTimestamp();
        while (Sum() < wanted)
            await Task.Delay(1).ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds * songs.Count / (Sum() - before);
        running.Reset();
        await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        return seconds;

        int Sum() => songs.Sum(song => song.Steps.Done);
    }

    /// <summary>Cancels all songs but a number of them.</summary>
    public async Task KeepAsync(int count)
    {
        running.Set();
        while (songs.Count > count)
        {
            (_, CancellationTokenSource stop, Task song) = songs[^1];
            await stop.CancelAsync().ConfigureAwait(false);
            await song.ConfigureAwait(false);
            stop.Dispose();
            songs.RemoveAt(songs.Count - 1);
        }
    }

    public void Dispose() => running.Dispose();

    private static async Task ComposeAsync(ITokenGenerator generator, Counter steps, CancellationToken stop)
    {
        try
        {
            await generator.GenerateTokensAsync(new()
            {
                Lyrics = Lyrics.Parse("[verse] Morning light.Coffee and rain ; [chorus] Sing it out"),
                Description = "female, pop, piano, slow",
                Duration = TimeSpan.FromMinutes(2),
                Seed = 1,
            }, steps, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Enough was timed.
        }
    }

    private sealed class Counter(ManualResetEventSlim running) : IProgress<GenerationProgress>
    {
        private volatile int done;

        public int Done => done;

        public void Report(GenerationProgress value)
        {
            done = value.Stage == SongStage.Tokens ? value.Done : 0;
            running.Wait();
        }
    }
}
