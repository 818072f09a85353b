using System.Diagnostics;
using System.Globalization;
using LeVo.Core.Torch.Tensors;

namespace LeVo.GpuChecks;

/// <summary>What a check found.</summary>
/// <param name="Passed">Whether it found what it should.</param>
/// <param name="Figures">Figures for the table.</param>
internal sealed record CheckResult(bool Passed, string Figures);

/// <summary>Runs checks and prints a row of a table for each. A check that fails does not end the others.</summary>
internal sealed class CheckTable(CheckSettings settings)
{
    private readonly long? freeAtStart = TorchDevices.FreeBytes(settings.Device);

    public bool Failed { get; private set; }

    public void Head()
    {
        Console.WriteLine($"{Card()}, libtorch {TorchSharp.torch.__version__}, {DateTime.UtcNow:yyyy-MM-dd}"
            + (settings.IsRehearsal ? ", rehearsal at small sizes on the CPU" : ""));
        Console.WriteLine();
        Console.WriteLine("| check | result | figures | seconds |");
        Console.WriteLine("| --- | --- | --- | --- |");
    }

    public async Task RunAsync(string key, string name, Func<Task<CheckResult>> check)
    {
        if (!settings.Runs.Contains(key))
            return;
        var watch = Stopwatch.StartNew();
        CheckResult result;
        try
        {
            result = await check().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e);
            result = new(false, e.Message.ReplaceLineEndings(" "));
        }
        Failed |= !result.Passed;
        // The caching allocator of a GPU keeps what it took, so that this is the peak so far.
        string memory = !settings.IsRehearsal && freeAtStart - TorchDevices.FreeBytes(settings.Device) is { } taken
            ? string.Create(CultureInfo.InvariantCulture, $"; {taken / 1e9:0.0} GB taken so far")
            : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {(result.Passed ? "passed" : "FAILED")} | {result.Figures}{memory} | {watch.Elapsed.TotalSeconds:0} |"));
    }

    private string Card()
    {
        if (settings.IsRehearsal)
            return "CPU";
        try
        {
            using Process query = Process.Start(new ProcessStartInfo("nvidia-smi",
                ["--query-gpu=name,driver_version", "--format=csv,noheader"])
            { RedirectStandardOutput = true })!;
            return query.StandardOutput.ReadToEnd().Trim().ReplaceLineEndings("; ");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return settings.DeviceName;
        }
    }
}
