using System.Globalization;

namespace LeVo.Cluster.Tests.Mpi;

/// <summary>
/// Replicas started by an MPI. The suite uses MPICH; <c>LEVO_TEST_MPIEXEC</c> names another starter with its arguments
/// (<c>eng/long-checks</c>: Open MPI).
/// </summary>
public sealed class MpiTests(MpiTests.Whole whole) : IClassFixture<MpiTests.Whole>, IDisposable
{
    private const int Steps = 8, At = 6;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TensorsAreSummedAndExceptionsAreCaught()
    {
        string[] lines = await RunAsync(2, "basics");
        foreach (int rank in (int[])[0, 1])
        {
            Assert.Contains($"{rank}: caught", lines);
            Assert.Contains($"{rank}: 2 2 210000 2 36 7", lines);
        }
    }

    [Fact]
    public async Task WithoutAStarterThereIsOneReplica()
    {
        string[] lines = await RunAsync(1, "basics");
        Assert.Equal(["0: 1 0.5 70000 1 12 7", "0: caught"], lines);
    }

    [Fact]
    public async Task TwoReplicasEqualAccumulationToTheBit()
    {
        string alone = Directory.CreateDirectory(folder.At("alone")).FullName, both = Directory.CreateDirectory(folder.At("both")).FullName;
        await RunAsync(1, "train", alone, "2");
        await RunAsync(2, "train", both, "1");
        foreach (string name in (string[])["start", "lelm", "lora", "dpo", "reward", "run-lora/adapter/adapter_model.safetensors"])
        {
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(alone, name), TestContext.Current.CancellationToken),
                await File.ReadAllBytesAsync(Path.Combine(both, name), TestContext.Current.CancellationToken));
        }
        string[] metrics = await File.ReadAllLinesAsync(Path.Combine(both, "run-lelm", "metrics.jsonl"), TestContext.Current.CancellationToken);
        Assert.Contains("\"held_out.", metrics[0]);
        Assert.Equal(metrics.Length, metrics.Distinct().Count());
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("throw")]
    public async Task AReplicaThatFailsEndsTheRunWhichContinues(string what)
    {
        await using Child run = await StartAsync(2, "loop", folder.At(what), "1", Number(Steps), what, Number(At));
        Assert.NotEqual(0, await run.ExitAsync());
        if (what == "throw")
            Assert.Contains(run.Lines, line => line.Contains("ends all: This replica can't go on.", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(folder.At(what), "state.safetensors")));
        Assert.Equal([$"0: {whole.Weights}", $"1: {whole.Weights}"], await LoopAsync(2, what, 1, "nothing"));
    }

    [Fact]
    public async Task AReplicaThatIsStoppedStopsAllAndOneProcessContinues()
    {
        Assert.Equal(["0: stopped", "1: stopped"], await LoopAsync(2, "stop", 1, "stop"));
        Assert.Equal([$"0: {whole.Weights}"], await LoopAsync(1, "stop", 2, "nothing"));
    }

    [Fact]
    public async Task ALossThatIsNoNumberEndsAll()
    {
        string[] lines = await LoopAsync(2, "nan", 1, "nan");
        Assert.All(lines, line => Assert.EndsWith("The loss of step 4 is NaN: lower the learning rate.", line));
        Assert.Equal(2, lines.Length);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Task<string[]> LoopAsync(int ranks, string name, int accumulation, string what) =>
        LoopAsync(folder, ranks, name, accumulation, what);

    private static Task<string[]> LoopAsync(TemporaryFolder folder, int ranks, string name, int accumulation, string what) =>
        RunAsync(ranks, "loop", folder.At(name), Number(accumulation), Number(Steps), what, Number(At));

    /// <summary>Runs a scenario to a good end; returns what the replicas said, in order.</summary>
    private static async Task<string[]> RunAsync(int ranks, params string[] args)
    {
        await using Child run = await StartAsync(ranks, args);
        Assert.True(await run.ExitAsync() == 0, run.Output);
        return [.. run.Lines.Where(line => line.Length > 2 && line[1] == ':').Order(StringComparer.Ordinal)];
    }

    private static async Task<Child> StartAsync(int ranks, params string[] args)
    {
        if (ranks == 1)
            return Probe.Start(["replicas", .. args]);
        string[] starter = (Environment.GetEnvironmentVariable("LEVO_TEST_MPIEXEC") ?? "mpiexec.hydra").Split(' ');
        return new(await Tool.FindAsync(starter[0]),
            [.. starter[1..], "-n", Number(ranks), Probe.Host, "exec", Probe.Program, "replicas", .. args]);
    }

    /// <summary>A run of one process that is not interrupted.</summary>
    public sealed class Whole : IAsyncLifetime
    {
        /// <summary>Its weights.</summary>
        public string Weights { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            using var folder = new TemporaryFolder();
            Weights = (await LoopAsync(folder, 1, "whole", 2, "nothing"))[0][3..];
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
