using System.Collections.Concurrent;
using LeVo.Core.Generation;

namespace LeVo.Samples.Host;

/// <summary>The songs of this process. Songs wait in the generator's own queue. When the host stops, all are cancelled, and it
/// waits for them: a process that ends while a song computes can crash in a native library. The oldest finished songs are
/// forgotten. Thread-safe.</summary>
internal sealed class SongJobs(IServiceProvider services, ModelNames models, IHostApplicationLifetime lifetime) : IHostedService
{
    private const int Kept = 100;
    private readonly ConcurrentDictionary<int, SongJob> jobs = [];
    private int last;

    public SongJob? Find(int id) => jobs.GetValueOrDefault(id);

    /// <exception cref="ArgumentException">The request has errors; the message lists all.</exception>
    public SongJob Start(SongRequest request, string? model)
    {
        model ??= models.Names[0];
        if (!models.Names.Contains(model))
            throw new ArgumentException($"There is no model '{model}'; there are {string.Join(", ", models.Names)}.");
        var generator = services.GetRequiredKeyedService<ISongGenerator>(model);
        var job = new SongJob(Interlocked.Increment(ref last), model);
        job.Stream = generator.StreamAsync(request, job, job.Cancellation);
        job.Ended = RunAsync();
        jobs[job.Id] = job;
        Forget();
        return job;

        async Task RunAsync()
        {
            await using CancellationTokenRegistration stop = lifetime.ApplicationStopping.Register(job.Cancel);
            await job.RunAsync();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(jobs.Values.Select(job => job.Ended)).WaitAsync(cancellationToken);

    private void Forget()
    {
        foreach (SongJob old in jobs.Values.OrderBy(job => job.Id).SkipLast(Kept).Where(job => job.Ended.IsCompleted))
        {
            if (jobs.TryRemove(old.Id, out _))
                old.Dispose();
        }
    }
}
