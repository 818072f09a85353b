namespace LeVo.Cluster.Work;

/// <summary>Options of a <see cref="WorkRunner"/>.</summary>
public sealed record WorkRunnerOptions
{
    /// <summary>
    /// How often an item is delivered before it is rejected. A delivery counts however it ends: with an error, with the death of
    /// the worker, or because the worker was stopped. Where workers are often taken away, allow more.
    /// </summary>
    public int MostAttempts { get; init; } = 5;

    /// <summary>The wait before the second attempt after an error; it doubles with each attempt.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The runner ends when this task has completed and the queue is empty; null for never.</summary>
    public Task? Until { get; init; }
}
