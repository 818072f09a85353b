using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeVo.Samples.Host;

/// <summary>The addresses of songs.</summary>
internal static class SongEndpoints
{
    public static void MapSongs(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder songs = app.MapGroup("/songs");
        songs.MapPost("", SubmitAsync);
        songs.MapGet("{id:int}", (int id, SongJobs jobs) => With(jobs, id, job => TypedResults.Ok(job.State())));
        songs.MapGet("{id:int}/events", (int id, SongJobs jobs, CancellationToken cancellation) =>
            With(jobs, id, job => TypedResults.ServerSentEvents(job.Events.ReadAllAsync(cancellation))));
        songs.MapGet("{id:int}/audio", (int id, SongJobs jobs) =>
            With(jobs, id, job => TypedResults.Stream(body => WriteWavAsync(job, body), "audio/wav")));
        songs.MapGet("{id:int}/song.flac", (int id, SongJobs jobs) => With(jobs, id, Flac));
        songs.MapDelete("{id:int}", (int id, SongJobs jobs) => With(jobs, id, job =>
        {
            job.Cancel();
            return TypedResults.Accepted($"/songs/{id}");
        }));
    }

    private static async Task<Results<Accepted<SongState>, ValidationProblem>> SubmitAsync(SongOrder order, SongJobs jobs)
    {
        try
        {
            SongRequest request = order.ToRequest();
            // The first song of a model that is not loaded yet waits for it, which must not block a thread of the server.
            SongJob job = await Task.Factory.StartNew(() => jobs.Start(request, order.Model), TaskCreationOptions.LongRunning);
            return TypedResults.Accepted($"/songs/{job.Id}", job.State());
        }
        catch (Exception e) when (e is LyricsFormatException or ArgumentException)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["song"] = [e.Message] });
        }
    }

    /// <summary>The blocks as they come: the first ones are sent while the last ones are computed.</summary>
    private static async Task WriteWavAsync(SongJob job, Stream body)
    {
        WavStreamWriter? wav = null;
        await foreach (Waveform block in job.Blocks.ReadAllAsync(CancellationToken.None))
        {
            wav ??= new(body, block.ChannelCount, block.SampleRate);
            await wav.AppendAsync(block);
        }
        if (wav is not null && job.Song.IsCompletedSuccessfully)
            await wav.CompleteAsync();
    }

    private static IResult Flac(SongJob job) => job.Song.IsCompletedSuccessfully
        ? TypedResults.Stream(body => job.Song.Result.SaveAsync(body, AudioFormat.Flac), "audio/flac", $"song{job.Id}.flac")
        : TypedResults.Conflict(job.State());

    private static IResult With(SongJobs jobs, int id, Func<SongJob, IResult> then) =>
        jobs.Find(id) is { } job ? then(job) : TypedResults.NotFound();
}
