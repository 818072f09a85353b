using LeVo.Core.Runtime;
using LeVo.Experiments.TokenWorld;
using TorchSharp;

// The paper's tables in the token world: trains and aligns every system for some seeds and prints the table. The same
// command continues where it was stopped. docs/experiments.md has what came out.
string work = "token-world";
int first = 1, seeds = 3, threads = 2;
Budget budget = Budget.Full;
for (int i = 0; i < args.Length; i++)
{
    string? value = i + 1 < args.Length ? args[i + 1] : null;
    switch (args[i])
    {
        case "--smoke": (budget, seeds) = (Budget.Smoke, 1); break;
        case "--work" when value is not null: work = value; i++; break;
        case "--seeds" when int.TryParse(value, out seeds) && seeds > 0: i++; break;
        case "--seed" when int.TryParse(value, out first): (seeds, i) = (1, i + 1); break;
        case "--threads" when int.TryParse(value, out threads) && threads > 0: i++; break;
        default:
            Console.Error.WriteLine(
                $"'{args[i]}' is not understood. Usage: [--smoke] [--work DIR] [--seeds N | --seed N] [--threads N]");
            return 2;
    }
}
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
            new Experiment(Path.Combine(work, $"{(budget == Budget.Smoke ? "smoke" : "full")}-{seed}"), seed, budget,
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
    Console.Error.WriteLine("Stopped; the same command continues.");
    return 130;
}
