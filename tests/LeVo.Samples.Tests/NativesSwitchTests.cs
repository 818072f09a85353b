using System.Diagnostics;
using System.Text.Json.Nodes;
using LeVo.Testing;

namespace LeVo.Samples.Tests;

/// <summary>The property LeVoNatives, which chooses the native libraries: the project is evaluated, nothing is restored, since not
/// every feed has the packages.</summary>
public sealed class NativesSwitchTests
{
    [Theory]
    [InlineData("cuda-linux", "TorchSharp-cuda-linux")]
    [InlineData("cuda-windows", "TorchSharp-cuda-windows")]
    [InlineData("none")]
    public void ChoosesThePackage(string value, params string[] packages)
    {
        JsonArray items = JsonNode.Parse(MSBuild("-getItem:PackageReference", $"-p:LeVoNatives={value}").Output)!
            ["Items"]!["PackageReference"]!.AsArray();
        Assert.Equal(packages, items.Select(item => item!["Identity"]!.GetValue<string>())
            .Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void AnotherValueIsRefused()
    {
        (int code, string output) = MSBuild("-t:CheckLeVoNatives", "-p:LeVoNatives=gpu");
        Assert.NotEqual(0, code);
        Assert.Contains("LeVoNatives is 'gpu'; it is cpu, cuda-linux, cuda-windows, or none", output);
    }

    private static (int Code, string Output) MSBuild(params string[] args)
    {
        string project = Path.Combine(Repository.Root, "samples", "LeVo.Samples.Compose", "LeVo.Samples.Compose.csproj");
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-nodeReuse:false", .. args]) { RedirectStandardOutput = true };
        // The variables of a surrounding "dotnet test" are of another MSBuild.
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
