using System.Globalization;

namespace LeVo.Core.Runtime;

/// <summary>The memory that this process may use at most: that of the machine, or of its container.</summary>
internal static class MemoryLimit
{
    private static readonly string[] ContainerLimits =
        ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    /// <summary>Bytes.</summary>
    public static long Bytes
    {
        get
        {
            // The runtime's number is part of a container's limit, and all of the machine's memory where there is none.
            long machine = Machine() ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            return ContainerLimits.Select(Container).OfType<long>().Append(machine).Min();
        }
    }

    private static long? Container(string path) =>
        Read(path) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            && bytes > 0
            ? bytes
            : null;

    private static long? Machine()
    {
        const string Total = "MemTotal:";
        string? line = Read("/proc/meminfo")?.Split('\n').FirstOrDefault(line => line.StartsWith(Total, StringComparison.Ordinal));
        return line is not null && long.TryParse(line[Total.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
            NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes << 10
            : null;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
