using System.Diagnostics;
using System.Globalization;

namespace LeVo.Testing;

/// <summary>Measures how much memory an action takes at its peak, for tests of large temporary tensors.</summary>
public static class PeakMemory
{
    private const string Status = "/proc/self/status", ClearReferences = "/proc/self/clear_refs";

    /// <summary>
    /// Runs an action and returns the bytes by which the process's resident memory grew at its peak. On systems where the
    /// peak can't be reset the number may be too small, never too large.
    /// </summary>
    public static long Of(Action action)
    {
        LiveTensors.Settled();
        if (!OperatingSystem.IsLinux())
        {
            long before = Process.GetCurrentProcess().PeakWorkingSet64;
            action();
            return Process.GetCurrentProcess().PeakWorkingSet64 - before;
        }
        File.WriteAllText(ClearReferences, "5"); // sets the peak to the resident memory of now
        long start = Read("VmRSS:");
        action();
        return Read("VmHWM:") - start;
    }

    private static long Read(string name) => long.Parse(
        File.ReadLines(Status).First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..]
            .Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
}
