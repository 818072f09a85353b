using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using LeVo.Testing;

namespace LeVo.Core.Tests;

/// <summary>The tests of the golden tests: run in a process of their own on folders made up for the purpose.</summary>
public sealed class GoldenHarnessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("levo-goldens-").FullName;

    [Fact]
    public void AnEmptyFolderFails()
    {
        (int exitCode, XElement[] tests) = Run("LeVo.Core.Tests.GoldenFolderTests");
        Assert.NotEqual(0, exitCode);
        Assert.Contains(tests, test => Result(test) == "Fail");
    }

    [Theory]
    [InlineData("pattern", "Tokens.DelayPatternGoldenTests")]
    [InlineData("sampler", "Generation.SamplerGoldenTests")]
    public void OneAlteredValueInAnyTensorFails(string kind, string tests)
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Golden.Carried, "lelm", kind + ".safetensors"));
        int header = 8 + BinaryPrimitives.ReadInt32LittleEndian(original);
        using JsonDocument document = JsonDocument.Parse(original.AsMemory(8, header - 8));
        string[][] cases = [.. document.RootElement.EnumerateObject().Select(property => property.Name)
            .Where(name => name != "__metadata__").GroupBy(name => name.Split('.')[0])
            .Select(group => group.ToArray())];
        // File i differs in the i-th tensor of every case, so that few files try them all.
        for (int i = 0; i < cases.Max(names => names.Length); i++)
        {
            byte[] copy = [.. original];
            foreach (string name in cases.Where(names => i < names.Length).Select(names => names[i]))
            {
                JsonElement entry = document.RootElement.GetProperty(name), offsets = entry.GetProperty("data_offsets");
                Span<byte> data = copy.AsSpan(header)[offsets[0].GetInt32()..offsets[1].GetInt32()];
                Alter(data, entry.GetProperty("dtype").GetString()!);
            }
            File.WriteAllBytes(Path.Combine(folder, $"{kind}_{i}.safetensors"), copy);
        }
        Directory.CreateDirectory(Path.Combine(folder, "some", "subfolder"));
        File.WriteAllBytes(Path.Combine(folder, "some", "subfolder", kind + "_same.safetensors"), original);

        (int exitCode, XElement[] results) = Run("LeVo.Core.Tests." + tests);
        Assert.NotEqual(0, exitCode);
        foreach (string[] names in cases)
        {
            string caseName = names[0].Split('.')[0];
            for (int i = 0; i < names.Length; i++)
                Assert.True(Of($"{kind}_{i}.safetensors", caseName) == "Fail", $"Altered without notice: {names[i]}");
            Assert.Equal("Pass", Of($"{kind}_same.safetensors", caseName));
        }

        string Of(string file, string caseName) => Result(Assert.Single(results, test =>
            Name(test).Contains(file, StringComparison.Ordinal)
            && Name(test).Contains($"\"{caseName}\"", StringComparison.Ordinal)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Changes the first value.</summary>
    private static void Alter(Span<byte> data, string type)
    {
        switch (type)
        {
            case "F32":
                float value = BinaryPrimitives.ReadSingleLittleEndian(data);
                BinaryPrimitives.WriteSingleLittleEndian(data, float.IsFinite(value) ? value + 0.01f : 0);
                break;
            case "I64":
                // Downwards: the end id becomes a code. In a pool the end and the empty id alike have no effect.
                long id = BinaryPrimitives.ReadInt64LittleEndian(data);
                BinaryPrimitives.WriteInt64LittleEndian(data, id > 0 ? id - 1 : id + 1);
                break;
            default:
                data[0] ^= 1;
                break;
        }
    }

    private (int ExitCode, XElement[] Tests) Run(string testClass)
    {
        string report = Path.Combine(folder, "report.xml"), name = typeof(GoldenHarnessTests).Assembly.GetName().Name!;
        string executable = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? name + ".exe" : name);
        var start = new ProcessStartInfo(executable, ["-class", testClass, "-result-xml", report, "-noLogo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LEVO_GOLDENS"] = folder },
        };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(File.Exists(report), output);
        return (process.ExitCode, [.. XDocument.Load(report).Descendants("test")]);
    }

    private static string Name(XElement test) =>
        test.Attribute("name")!.Value.Replace("\\", "", StringComparison.Ordinal);

    private static string Result(XElement test) => test.Attribute("result")!.Value;
}
