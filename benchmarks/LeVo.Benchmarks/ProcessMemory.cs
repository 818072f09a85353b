using System.Globalization;

namespace LeVo.Benchmarks;

/// <summary>The memory of this process (Linux).</summary>
internal static class ProcessMemory
{
    private const string Status = "/proc/self/status", Peak = "/proc/self/clear_refs";

    /// <summary>A line of <c>/proc/self/status</c>, for example <c>VmHWM</c>, in bytes; NaN where there is no such file.</summary>
    public static double Bytes(string name)
    {
        string? line = File.Exists(Status)
            ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))
            : null;
        return line is null ? double.NaN
            : 1024.0 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Lets the peak (<c>VmHWM</c>) start again from the memory in use.</summary>
    public static void ResetPeak()
    {
        if (File.Exists(Peak))
            File.WriteAllText(Peak, "5");
    }
}
