using System.Runtime.InteropServices;
using LeVo.Testing;

namespace LeVo.Cluster.Tests;

/// <summary>The program of tests/LeVo.ClusterProbe.</summary>
internal static class Probe
{
    public static string Host { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    public static string Program { get; } = Path.Combine(Repository.Root, "tests", "LeVo.ClusterProbe", "bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "LeVo.ClusterProbe.dll");

    public static Child Start(params string[] args) => new(Host, ["exec", Program, .. args]);
}
