using LeVo.Core.Runtime;
using LeVo.Experiments.TokenWorld;
using LeVo.Samples.Shared;
using TorchSharp;

// The paper's tables in the token world: trains and aligns every system for some seeds and prints the table.
// docs/experiments.md has the results.
var line = new ProgramArguments(args, ["--work", "--seeds", "--seed", "--threads"], ["--smoke"]);
bool smoke = line.Has("--smoke");
string work = line.Text("--work") ?? "token-world";
int first = line.Count("--seed", 1, least: 0), seeds = line.Has("--seed") || smoke ? 1 : 3, threads = line.Count("--threads", 2);
seeds = line.Count("--seeds", seeds);
if (line.Has("--seed") && line.Has("--seeds"))
    line.Problems.Add("--seed and --seeds exclude each other.");
if (line.Answer("""
    Trains and aligns the paper's systems in the token world. The same command resumes a stopped run.

      --work DIR   results (default: token-world)
      --seeds N    seeds, from 1 (default: 3)
      --seed N     this seed alone
      --smoke      small, one seed by default
      --threads N  (default: 2)
      --help       this text
    """) is { } exitCode)
    return exitCode;
Budget budget = smoke ? Budget.Smoke : Budget.Full;
using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; interrupt.Cancel(); };
LeVoRuntime.EnsureTorch();
torch.set_num_threads(threads);
try
{
    var results = new List<IReadOnlyDictionary<string, Measured>>();
    for (int seed = first; seed < first + seeds; seed++)
    {
        var experiment =
            new Experiment(Path.Combine(work, $"{(smoke ? "smoke" : "full")}-{seed}"), seed, budget,
            line => Console.WriteLine($"{DateTime.Now:HH:mm:ss} {line}"));
        results.Add(await experiment.RunAsync(interrupt.Token));
    }
    string table = Report.Write(results);
    await File.WriteAllTextAsync(Path.Combine(work, "table.md"), table);
    Console.Write(table);
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. The same command resumes the run.");
    return 130;
}
