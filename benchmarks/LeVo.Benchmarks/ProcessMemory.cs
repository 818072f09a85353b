using System.Globalization;
using System.Runtime.InteropServices;

namespace LeVo.Benchmarks;

/// <summary>The memory of this process (Linux).</summary>
internal static partial class ProcessMemory
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

    /// <summary>Bytes that the C library's heap has taken and that no block uses (glibc, all threads' parts together).</summary>
    public static double UnusedHeap()
    {
        // The sum of all parts is only printed: <total type="rest" ... size="N"/> after those of the parts.
        string file = Path.GetTempFileName();
        try
        {
            nint stream = Open(file, "w");
            _ = Print(0, stream);
            _ = Close(stream);
            string[] rest = [.. File.ReadLines(file).Where(line => line.StartsWith("<total type=\"rest\"", StringComparison.Ordinal)
                || line.StartsWith("<total type=\"fast\"", StringComparison.Ordinal))];
            return rest.TakeLast(2).Sum(line => double.Parse(line.Split("size=\"")[1].Split('"')[0], CultureInfo.InvariantCulture));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_info")]
    private static partial int Print(int options, nint stream);

    [LibraryImport("libc", EntryPoint = "fopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string file, string mode);

    [LibraryImport("libc", EntryPoint = "fclose")]
    private static partial int Close(nint stream);
}
