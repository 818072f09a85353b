namespace LeVo.Core.Cpu.Kernels;

/// <summary>Determines the number of threads for arithmetic.</summary>
internal static class PhysicalCores
{
    private const string Topology = "/sys/devices/system/cpu";

    /// <summary>
    /// The number of physical cores if the system reports it, at most the number of processors available to the
    /// process.
    /// </summary>
    public static int Count { get; } = Math.Clamp(Detect() ?? int.MaxValue, 1, Environment.ProcessorCount);

    /// <summary>Counts the distinct sibling lists: processors of the same core have the same list.</summary>
    private static int? Detect()
    {
        try
        {
            string[] siblings = [.. Directory.EnumerateDirectories(Topology, "cpu*")
                .Select(cpu => Path.Combine(cpu, "topology", "thread_siblings_list")).Where(File.Exists)
                .Select(File.ReadAllText).Distinct()];
            return siblings.Length > 0 ? siblings.Length : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
