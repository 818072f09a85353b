using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Training;

/// <summary>The loss and the metrics of one step.</summary>
internal sealed record StepResult(Tensor Loss, params (string Name, Tensor Value)[] Metrics);

/// <summary>
/// A resumable training run. The caller computes the loss as a function of the step number only, so that a run
/// resumed from its checkpoint is identical to an uninterrupted one.
/// </summary>
internal sealed partial class TrainingLoop
{
    /// <summary>Prefix of the names of metrics on held-out data.</summary>
    public const string HeldOut = "held_out.";

    /// <summary>Name of the loss among the metrics.</summary>
    public const string Loss = "loss";

    private readonly TrainingOptions options;
    private readonly KeyValuePair<string, Parameter>[] trained;
    private readonly (string Name, Tensor Value)[] extras;
    private readonly IReplicas replicas;
    private bool agreed;

    /// <summary>Returns a parameter's value before it was rounded to 16 bits (see <see cref="AdamW"/>).</summary>
    public Func<string, Tensor?>? Masters { get; init; }

    /// <summary>Returns the settings that need less memory, as a sentence of an exception's message.</summary>
    public Func<string> MemoryHelp { get; init; } = () => "";

    /// <param name="parameters">The parameters to train.</param>
    /// <param name="options">The training options.</param>
    /// <param name="extras">Additional state that steps modify in place and checkpoints include.</param>
    /// <exception cref="NotSupportedException">There are extras and several replicas.</exception>
    public TrainingLoop(IEnumerable<KeyValuePair<string, Parameter>> parameters, TrainingOptions options,
        params (string Name, Tensor Value)[] extras)
    {
        this.options = options;
        this.extras = extras;
        replicas = options.Replicas;
        if (extras.Length > 0 && replicas.Count > 1)
            throw new NotSupportedException("This training changes more than its parameters; it has one replica.");
        trained = [.. parameters];
        Directory.CreateDirectory(options.Folder);
    }

    private string StatePath => StatePathOf(options.Folder);

    /// <summary>The path of the checkpoint in a run's folder.</summary>
    public static string StatePathOf(string folder) => Path.Combine(folder, "state.safetensors");

    /// <summary>
    /// Runs to the last step. Resumes from the checkpoint in the folder if there is one. A replica that fails ends all.
    /// </summary>
    /// <param name="step">Computes the loss of one batch from its index; with gradient accumulation or several replicas the index
    /// counts batches, not updates.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellation">Stops after the current update and writes a checkpoint.</param>
    /// <exception cref="InvalidDataException">The checkpoint belongs to another run.</exception>
    /// <exception cref="LeVoOutOfMemoryException">The memory is not sufficient; the checkpoint contains the completed
    /// steps.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the checkpoint contains the completed
    /// steps.</exception>
    public void Run(Func<int, StepResult> step, IProgress<TrainingReport>? progress = null, CancellationToken cancellation = default)
    {
        try
        {
            RunAll(step, progress, cancellation);
        }
        catch (Exception e) when (!agreed)
        {
            replicas.Abort(e.Message); // the others wait for this one
            throw;
        }
    }

    private void RunAll(Func<int, StepResult> step, IProgress<TrainingReport>? progress, CancellationToken cancellation)
    {
        foreach (var (_, parameter) in trained)
            parameter.requires_grad = true;
        Device device = trained[0].Value.device;
        using AdamW optimizer = OutOfMemory.Explained(device, MemoryHelp, () => new AdamW(trained, options.Adam, Masters));
        int done = RestoreAll(optimizer);
        var sinceCheckpoint = Stopwatch.StartNew();
        var report = new ReportWindow();
        for (int n = done; n < options.Steps; n++)
        {
            bool stop;
            try
            {
                (Dictionary<string, double> metrics, stop) = Update(optimizer, step, n, cancellation);
                report.Add(metrics);
            }
            catch (Exception e) when (OutOfMemory.Explain(e, device, MemoryHelp) is { } explained)
            {
                if (replicas.Rank == 0)
                    SaveBeforeUpdate(optimizer, n);
                throw explained;
            }
            if ((n + 1) % options.ReportEvery == 0 || n + 1 == options.Steps)
                Report(report.Close(n + 1, options.Steps), progress);
            // Alone a run stops at once; replicas stop in the update in which all hear of it.
            stop |= replicas.Count == 1 && cancellation.IsCancellationRequested;
            bool last = stop || n + 1 == options.Steps;
            if (last || sinceCheckpoint.Elapsed >= options.CheckpointInterval)
            {
                if (replicas.Rank == 0)
                    Save(optimizer, n + 1);
                sinceCheckpoint.Restart();
            }
            if (last)
                replicas.SumNumbers([0]); // the checkpoint is written
            if (stop)
            {
                agreed = true;
                throw new OperationCanceledException(cancellation);
            }
        }
        foreach (var (_, parameter) in trained)
            parameter.requires_grad = false;
    }

    private (Dictionary<string, double> Metrics, bool Stop) Update(
        AdamW optimizer, Func<int, StepResult> step, int n, CancellationToken cancellation)
    {
        int batches = options.BatchesPerUpdate;
        var metrics = new Dictionary<string, double> { [Loss] = 0 };
        for (int part = 0; part < options.Accumulation && double.IsFinite(metrics[Loss]); part++)
        {
            using var scope = NewDisposeScope();
            StepResult result = step((n * options.Accumulation + part) * replicas.Count + replicas.Rank);
            double loss = Value(result.Loss);
            if (double.IsFinite(loss))
                ActivationCheckpoint.Backward(batches == 1 ? result.Loss : result.Loss.DividedBy(batches));
            metrics[Loss] += loss / batches;
            foreach ((string name, Tensor value) in result.Metrics)
                metrics[name] = metrics.GetValueOrDefault(name) + Value(value) / Parts(name);
        }
        bool stop = false;
        if (replicas.Count > 1)
            (metrics, stop) = new ReplicaUpdate(replicas, trained).Sum(metrics, cancellation.IsCancellationRequested);
        if (!double.IsFinite(metrics[Loss]))
        {
            agreed = true;
            throw new InvalidOperationException($"The loss of step {n + 1} is {metrics[Loss]}: lower the learning rate.");
        }
        metrics["grad_norm"] = optimizer.ClipGradients(options.ClipNorm);
        optimizer.Step(WarmupCosine.Rate(n + 1, options.LearningRate, options.WarmupSteps, options.Steps, options.FloorRatio));
        return (metrics, stop);

        // Metrics on held-out data are reported by one batch per update.
        int Parts(string name) => name.StartsWith(HeldOut, StringComparison.Ordinal) ? 1 : batches;
    }

    private static double Value(Tensor scalar)
    {
        using Tensor detached = scalar.detach().to(float64);
        return detached.item<double>();
    }

    /// <summary>The first replica reads the checkpoint; all begin with its values.</summary>
    private int RestoreAll(AdamW optimizer)
    {
        int done = (int)replicas.SumNumbers([replicas.Rank == 0 ? Restore(optimizer) : 0])[0];
        if (replicas.Count > 1)
        {
            using var noGrad = no_grad();
            replicas.Broadcast([.. State().Concat(optimizer.State()).Select(one => one.Value)]);
            optimizer.Updates = done;
        }
        return done;
    }

    private int Restore(AdamW optimizer)
    {
        if (!File.Exists(StatePath))
            return 0;
        using var file = Checkpoint.Open(StatePath);
        if (!file.Metadata.TryGetValue("step", out string? text)
            || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int done))
        {
            throw new InvalidDataException($"'{StatePath}' is not a checkpoint of a training run.");
        }
        // Everything is validated before any state is changed.
        foreach ((string name, Tensor value) in State().Concat(optimizer.State()))
        {
            if (!file.Tensors.TryGetValue(name, out StoredTensor? stored)
                || !stored.Shape.AsSpan().SequenceEqual(value.shape))
            {
                throw new InvalidDataException(
                    $"'{StatePath}' belongs to another run: '{name}' does not match. Use another folder.");
            }
        }
        using var noGrad = no_grad();
        foreach ((string name, Tensor value) in State())
        {
            using Tensor saved = file.Load(name);
            value.copy_(saved);
        }
        optimizer.Restore(done, file.Load);
        return done;
    }

    /// <summary>Saves the completed steps after a failure, unless an update was begun.</summary>
    private void SaveBeforeUpdate(AdamW optimizer, int done)
    {
        foreach ((_, Parameter parameter) in trained)
            parameter.grad = null;
        if (done > 0 && optimizer.Updates == done)
            Save(optimizer, done);
    }

    private void Save(AdamW optimizer, int done)
    {
        using var noGrad = no_grad();
        TensorWriter.Save(StatePath, State().Concat(optimizer.State()),
            new Dictionary<string, string> { ["step"] = done.ToString(CultureInfo.InvariantCulture) });
    }

    private IEnumerable<(string Name, Tensor Value)> State() =>
        trained.Select(parameter => (parameter.Key, (Tensor)parameter.Value))
            .Concat(extras.Select(extra => ("extra:" + extra.Name, extra.Value)));

    private void Report(TrainingReport report, IProgress<TrainingReport>? progress)
    {
        if (replicas.Rank > 0)
            return;
        var line = new Dictionary<string, double>(report.Metrics)
        {
            ["step"] = report.Step,
            ["seconds_per_step"] = Math.Round(report.SecondsPerStep, 4),
        };
        File.AppendAllText(Path.Combine(options.Folder, "metrics.jsonl"),
            JsonSerializer.Serialize(line, MetricsJson.Default.DictionaryStringDouble) + "\n");
        progress?.Report(report);
    }

    /// <summary>Means since the last report; each metric is averaged over the steps that reported it.</summary>
    private sealed class ReportWindow
    {
        private readonly Dictionary<string, (double Sum, int Count)> sums = [];
        private readonly Stopwatch watch = Stopwatch.StartNew();
        private int count;

        public void Add(Dictionary<string, double> metrics)
        {
            count++;
            foreach ((string name, double value) in metrics)
            {
                (double sum, int seen) = sums.GetValueOrDefault(name);
                sums[name] = (sum + value, seen + 1);
            }
        }

        public TrainingReport Close(int step, int steps)
        {
            var means = sums.ToDictionary(sum => sum.Key, sum => Math.Round(sum.Value.Sum / sum.Value.Count, 6));
            var report = new TrainingReport(step, steps, watch.Elapsed.TotalSeconds / count, means);
            sums.Clear();
            count = 0;
            watch.Restart();
            return report;
        }
    }

    [JsonSerializable(typeof(Dictionary<string, double>))]
    private sealed partial class MetricsJson : JsonSerializerContext;
}
