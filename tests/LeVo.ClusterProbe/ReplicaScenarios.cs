using System.Diagnostics;
using LeVo.Cluster.Mpi;
using LeVo.Core.Numerics;
using LeVo.Core.Runtime;
using LeVo.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.ClusterProbe;

/// <summary>What replicas do in tests. Results are printed by every replica, with its rank.</summary>
internal static class ReplicaScenarios
{
    public static int Run(MpiReplicas replicas, string[] args)
    {
        LeVoRuntime.EnsureTorch();
        set_num_threads(1);
        switch (args)
        {
            case ["basics"]:
                Basics(replicas);
                return 0;
            case ["train", var folder, var accumulation]:
                Trainers.Run(replicas, folder, int.Parse(accumulation));
                return 0;
            case ["loop", var folder, var accumulation, var steps, var what, var at]:
                return Loop(replicas, folder, int.Parse(accumulation), int.Parse(steps), what, int.Parse(at));
            default:
                return 2;
        }
    }

    private static void Basics(IReplicas replicas)
    {
        // MPI's libraries take the signal that .NET turns into this exception.
        string? none = Environment.GetEnvironmentVariable("LEVO_NOT_SET");
        try
        {
            Console.WriteLine(none!.Length);
        }
        catch (NullReferenceException)
        {
            Say(replicas, "caught");
        }
        using var scope = NewDisposeScope();
        Tensor wide = full([5], replicas.Rank + 0.5f), narrow = full([70_000], replicas.Rank + 1, bfloat16);
        Tensor whole = tensor([1L << 40], device: CPU), first = tensor([replicas.Rank + 7.0], device: CPU);
        Tensor matrix = ones([3, 4], float32) * (replicas.Rank + 1);
        replicas.Sum([wide, narrow, whole, matrix]);
        replicas.Broadcast([first]);
        Say(replicas, string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{replicas.Count} {wide[4].item<float>()} {narrow.to(float64).sum().item<double>()} {whole.item<long>() >> 40} "
            + $"{matrix.sum().item<float>()} {first.item<double>()}"));
    }

    /// <summary>A training of eight weights, in which something happens at a batch.</summary>
    private static int Loop(MpiReplicas replicas, string folder, int accumulation, int steps, string what, int at)
    {
        using var weight = new Parameter(arange(8, float32, CPU), requires_grad: true);
        using var unused = new Parameter(ones([3], float32, CPU), requires_grad: true);
        using var stop = new CancellationTokenSource();
        var loop = new TrainingLoop([new("w", weight), new("unused", unused)], new()
        {
            Folder = folder,
            Steps = steps,
            LearningRate = 0.05,
            WarmupSteps = 1,
            ReportEvery = 1,
            Accumulation = accumulation,
            Replicas = replicas,
            CheckpointInterval = TimeSpan.Zero,
        });
        try
        {
            loop.Run(batch =>
            {
                bool now = batch >= at && replicas.Rank == replicas.Count - 1;
                if (now && what == "kill")
                {
                    using var self = Process.GetCurrentProcess();
                    self.Kill();
                }
                if (now && what == "throw")
                    throw new InvalidOperationException("This replica can't go on.");
                if (now && what == "stop")
                    stop.Cancel();
                Random random = StepRandom.Create(1, batch);
                Tensor input = tensor([.. Enumerable.Range(0, 8).Select(_ => random.NextSingle())], float32, CPU);
                Tensor loss = (weight * input).sum().pow(2);
                return now && what == "nan" ? new(loss * float.NaN) : new(loss, ("input", input.mean()));
            }, cancellation: stop.Token);
        }
        catch (OperationCanceledException)
        {
            Say(replicas, "stopped");
            return 0;
        }
        catch (InvalidOperationException e) when (what == "nan")
        {
            Say(replicas, e.Message);
            return 0;
        }
        Say(replicas, Convert.ToHexString(weight.detach().bytes));
        return 0;
    }

    private static void Say(IReplicas replicas, string text) => Console.WriteLine($"{replicas.Rank}: {text}");
}
