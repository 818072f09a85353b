namespace LeVo.Core.Cpu.Kernels;

/// <summary>How many threads arithmetic profits from.</summary>
internal static class PhysicalCores
{
    private const string Topology = "/sys/devices/system/cpu";

    /// <summary>Physical cores where the system tells them, at most the processors that this process may use.</summary>
    public static int Count { get; } = Math.Clamp(Told() ?? int.MaxValue, 1, Environment.ProcessorCount);

    /// <summary>Processors that share a core have the same list of siblings.</summary>
    private static int? Told()
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
