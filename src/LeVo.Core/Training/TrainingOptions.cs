namespace LeVo.Core.Training;

/// <summary>Options of one training stage.</summary>
public sealed record TrainingOptions
{
    /// <summary>Folder of the run: its checkpoint (<c>state.safetensors</c>) and metrics (<c>metrics.jsonl</c>).</summary>
    public required string Folder { get; init; }

    /// <summary>Total number of updates.</summary>
    public required int Steps { get; init; }

    /// <summary>Gradient accumulation: the number of batches, of each replica, whose gradients are averaged for one
    /// update.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>
    /// The copies of the model that train together; one by default. A run may be continued by another number of copies: it has the
    /// same batches if their number times <see cref="Accumulation"/> stays.
    /// </summary>
    public IReplicas Replicas { get; init; } = SingleReplica.Instance;

    /// <summary>Batches of an update, of all replicas.</summary>
    internal int BatchesPerUpdate => Accumulation * Replicas.Count;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Number of updates of linear warm-up.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>Final learning rate as a fraction of the peak.</summary>
    public double FloorRatio { get; init; } = 0.05;

    /// <summary>Maximum joint norm of all gradients; larger gradients are scaled down.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Hyperparameters of the optimiser.</summary>
    internal AdamOptions Adam { get; init; } = new();

    /// <summary>Number of updates between reports.</summary>
    public int ReportEvery { get; init; } = 20;

    /// <summary>Time between checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Seed of all random numbers of the run.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>A progress report of a training run.</summary>
/// <param name="Step">Number of updates so far.</param>
/// <param name="Steps">Total number of updates.</param>
/// <param name="SecondsPerStep">Mean time per update since the last report, in seconds.</param>
/// <param name="Metrics">Means since the last report, by name.</param>
public sealed record TrainingReport(
    int Step, int Steps, double SecondsPerStep, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>Estimated time until the last update, at the speed since the last report.</summary>
    public TimeSpan Remaining => TimeSpan.FromSeconds(SecondsPerStep * (Steps - Step));
}
