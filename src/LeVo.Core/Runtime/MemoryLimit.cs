using System.Globalization;

namespace LeVo.Core.Runtime;

/// <summary>The memory that this process may use at most: that of the machine, or of its container.</summary>
internal static class MemoryLimit
{
    private static readonly (string Limit, string Usage, string Statistics)[] Containers =
    [
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes",
            "/sys/fs/cgroup/memory/memory.stat"),
    ];

    /// <summary>Bytes.</summary>
    public static long Bytes
    {
        get
        {
            // The runtime's number is part of a container's limit, and all of the machine's memory where there is none.
            long machine = Machine("MemTotal:") ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            return Containers.Select(container => Number(container.Limit)).OfType<long>().Append(machine).Min();
        }
    }

    /// <summary>Bytes that can still be taken, apart from files that the system keeps in memory.</summary>
    public static long FreeBytes
    {
        get
        {
            GCMemoryInfo runtime = GC.GetGCMemoryInfo();
            long machine = Machine("MemAvailable:") ?? runtime.TotalAvailableMemoryBytes - runtime.MemoryLoadBytes;
            return Math.Max(0, Containers.Select(FreeOf).OfType<long>().Append(machine).Min());
        }
    }

    private static long? FreeOf((string Limit, string Usage, string Statistics) container) =>
        Number(container.Limit) is { } limit && Number(container.Usage) is { } usage
            ? limit - usage + Files(container.Statistics)
            : null;

    private static long Files(string path)
    {
        const string Name = "inactive_file ";
        string? line = Read(path)?.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return long.TryParse(line.AsSpan(line is null ? 0 : Name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? bytes
            : 0;
    }

    private static long? Number(string path) =>
        Read(path) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            && bytes > 0
            ? bytes
            : null;

    private static long? Machine(string name)
    {
        string? line = Read("/proc/meminfo")?.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is not null && long.TryParse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
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
