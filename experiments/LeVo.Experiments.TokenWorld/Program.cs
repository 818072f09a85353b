using LeVo.Core.Runtime;
using LeVo.Experiments.TokenWorld;
using LeVo.Samples.Shared;
using TorchSharp;

// The paper's tables in the token worlds: trains and aligns every system for some seeds and prints the tables.
// docs/experiments.md has the results.
var line = new ProgramArguments(
    args, ["--work", "--world", "--parts", "--seeds", "--seed", "--threads"], ["--smoke"]);
bool smoke = line.Has("--smoke");
string work = line.Text("--work") ?? "token-world", name = line.Text("--world") ?? World.Plain.Name;
int first = line.Count("--seed", 1, least: 0), seeds = line.Has("--seed") || smoke ? 1 : 5, threads = line.Count("--threads", 2);
seeds = line.Count("--seeds", seeds);
if (line.Has("--seed") && line.Has("--seeds"))
    line.Problems.Add("--seed and --seeds exclude each other.");
World? world = new[] { World.Plain, World.Crowded }.FirstOrDefault(one => one.Name == name);
if (world is null)
    line.Problems.Add($"--world '{name}' is neither {World.Plain.Name} nor {World.Crowded.Name}.");
if (!Enum.TryParse(line.Text("--parts") ?? "all", ignoreCase: true, out Parts parts))
    line.Problems.Add("--parts is none of base, alignment, ablations, all.");
if (line.Answer("""
    Trains and aligns the paper's systems in a token world. The same command resumes a stopped run.

      --work DIR    results (default: token-world)
      --world NAME  plain (default) or crowded
      --parts NAME  base, alignment, ablations or all (default)
      --seeds N     seeds, from 1 (default: 5)
      --seed N      this seed alone
      --smoke       small, one seed by default
      --threads N   (default: 2)
      --help        this text
    """) is { } exitCode)
    return exitCode;
using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; interrupt.Cancel(); };
LeVoRuntime.EnsureTorch();
torch.set_num_threads(threads);
try
{
    var results = new List<IReadOnlyDictionary<string, Measured>>();
    for (int seed = first; seed < first + seeds; seed++)
    {
        string folder = Path.Combine(work, $"{world!.Name}-{(smoke ? "smoke" : "full")}-{seed}");
        var experiment = new Experiment(new(folder, world, seed, smoke ? Budget.Smoke : world.Budget,
            line => Console.WriteLine($"{DateTime.Now:HH:mm:ss} {line}")));
        results.Add(await experiment.RunAsync(parts, interrupt.Token));
    }
    string table = Report.Write(results);
    await File.WriteAllTextAsync(Path.Combine(work, $"{world!.Name}.md"), table);
    Console.Write(table);
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. The same command resumes the run.");
    return 130;
}
