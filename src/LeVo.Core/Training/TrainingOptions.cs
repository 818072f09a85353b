namespace LeVo.Core.Training;

/// <summary>How one stage is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Folder of the run: its checkpoint (<c>state.safetensors</c>) and metrics (<c>metrics.jsonl</c>).</summary>
    public required string Folder { get; init; }

    /// <summary>Updates in all.</summary>
    public required int Steps { get; init; }

    /// <summary>Batches whose gradients are averaged into one update: a large batch in the memory of a small
    /// one.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Updates of linear warm-up.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>Learning rate at the end, as a share of the peak.</summary>
    public double FloorRatio { get; init; } = 0.05;

    /// <summary>Joint gradient norm above which gradients are scaled down.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Adam's constants.</summary>
    internal AdamOptions Adam { get; init; } = new();

    /// <summary>Updates between two reports.</summary>
    public int ReportEvery { get; init; } = 20;

    /// <summary>Time between two checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Seed of everything random in the run.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>One report of a run.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Steps">Updates in all.</param>
/// <param name="SecondsPerStep">Mean time of an update since the last report.</param>
/// <param name="Metrics">Means since the last report, by name.</param>
public sealed record TrainingReport(
    int Step, int Steps, double SecondsPerStep, IReadOnlyDictionary<string, double> Metrics);
