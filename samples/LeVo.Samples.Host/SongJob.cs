using LeVo.Core.Audio;
using LeVo.Core.Generation;

namespace LeVo.Samples.Host;

/// <summary>One song from its order to its end.</summary>
/// <param name="id">The number under which clients find it.</param>
/// <param name="model">The name of its model.</param>
internal sealed class SongJob(int id, string model) : IProgress<GenerationProgress>, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    public int Id => id;

    public string Model => model;

    /// <summary>The audio, block by block.</summary>
    public Feed<Waveform> Blocks { get; } = new();

    /// <summary>What happens, for clients that watch; the last one is the outcome.</summary>
    public Feed<SongEvent> Events { get; } = new();

    /// <summary>The song.</summary>
    public SongStream Stream { get; set; } = null!;

    /// <summary>The finished song; faulted or canceled if there is none.</summary>
    public Task<Song> Song => Stream.Completion;

    /// <summary>Completes when nothing computes for the song any more; never fails.</summary>
    public Task Ended { get; set; } = null!;

    public CancellationToken Cancellation => cancellation.Token;

    /// <summary>Runs the stream to its end; never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (Waveform block in Stream.WithCancellation(Cancellation))
                Blocks.Add(block);
        }
        catch (Exception)
        {
            // Completion has it.
        }
        await ((Task)Song).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Events.Add(Outcome());
        Events.Complete();
        Blocks.Complete();
    }

    public void Cancel() => cancellation.Cancel();

    public void Report(GenerationProgress value) =>
        Events.Add(new(value.Stage.ToString().ToLowerInvariant(), value.Done, value.Total, value.Remaining?.TotalSeconds));

    public SongState State() => new(Id, Model, Stream.Request.Seed!.Value,
        Song.IsCompleted ? Outcome().Kind : "running", Song.IsCompleted ? Outcome().Problem : null,
        Song.IsCompletedSuccessfully ? Song.Result.Audio.Duration.TotalSeconds : null);

    public void Dispose() => cancellation.Dispose();

    private SongEvent Outcome() => Song.IsCompletedSuccessfully ? new("made")
        : Song.IsCanceled ? new("cancelled")
        : new("failed", Problem: Song.Exception!.InnerException!.Message);
}

/// <summary>One line of a song's events.</summary>
/// <param name="Kind">A stage, or the outcome: made, cancelled, failed.</param>
/// <param name="Done">Units of the stage that are finished.</param>
/// <param name="Total">Units of the stage.</param>
/// <param name="SecondsLeft">Estimated time until the stage ends.</param>
/// <param name="Problem">Why the song failed.</param>
internal sealed record SongEvent(
    string Kind, int? Done = null, int? Total = null, double? SecondsLeft = null, string? Problem = null);

/// <summary>A song as clients see it.</summary>
internal sealed record SongState(int Id, string Model, ulong Seed, string State, string? Problem, double? Seconds);
