using System.Text.Json;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

/// <summary>
/// Checkpoint files as other programs write them. <c>X.pt</c> is compared with <c>X.json</c>, or with the <c>flat</c>
/// file's numbers; names that start with a known fault must be refused; what we can't place is listed and not judged.
/// </summary>
[Trait("Category", "Golden")]
public sealed class CheckpointGoldenTests(ITestOutputHelper output)
{
    private const string Prefix = "audiolm.";
    private static readonly string[] Extensions = [".pt", ".ckpt", ".safetensors"];
    private static readonly string[] Faults = ["hostile", "truncated", "short", "overlap", "beyond", "wrong", "huge"];

    public static TheoryData<string> Sound => [.. OfKind.Where(f => !IsBroken(f) && !IsLegacy(f))];

    public static TheoryData<string> Broken => [.. OfKind.Where(IsBroken)];

    public static TheoryData<string> Legacy => [.. OfKind.Where(IsLegacy)];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Sound))]
    public void TensorsHaveTheExpectedValues(string relative)
    {
        LeVoRuntime.EnsureTorch();
        string? reference = Reference(relative);
        if (reference is null)
        {
            output.WriteLine($"'{relative}' is of no known kind and has no numbers beside it.");
            return;
        }
        bool own = Stem(reference) == Stem(relative);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(reference));
        // A nested checkpoint holds the float32 tensors of the flat one, without the prefix.
        Dictionary<string, JsonElement> expected = document.RootElement.EnumerateObject()
            .Where(t => own || !Stem(relative).StartsWith("nested", StringComparison.Ordinal)
                || t.Value.GetProperty("dtype").GetString() == "float32")
            .ToDictionary(t => Unprefixed(t.Name), t => t.Value);
        using ICheckpoint checkpoint = Checkpoint.Open(Golden.Full(relative), Prefix);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), checkpoint.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, JsonElement tensor) in expected)
            AssertEqual(checkpoint, name, tensor);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Broken))]
    public void BrokenFilesAreRefused(string relative)
    {
        string path = Golden.Full(relative);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<InvalidDataException>(() => Checkpoint.Open(path, Prefix).Dispose()).Message;
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains(path, message);
        Assert.True(taken < 4_000_000 + 20 * new FileInfo(path).Length, $"{taken} bytes were taken before the refusal");
        if (Stem(relative).StartsWith("hostile_reduce", StringComparison.Ordinal))
            Assert.Matches(@"names '[\w.]+\.\w+'", message);
        Assert.False(File.Exists("/tmp/levo_pwned"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Legacy))]
    public void TheLegacyFormatIsNamed(string relative)
    {
        var error = Assert.Throws<InvalidDataException>(() => Checkpoint.Open(Golden.Full(relative)).Dispose());
        Assert.Contains("old non-zip format of torch.save", error.Message);
    }

    private static IEnumerable<string> OfKind => Golden.Files.Where(f => Extensions.Contains(Path.GetExtension(f))
        && (Path.GetExtension(f) != ".safetensors" || IsBroken(f)
            || Stem(f).StartsWith("flat", StringComparison.Ordinal)
            || Path.GetFileName(Path.GetDirectoryName(Golden.Full(f))) == "files"));

    private static string Stem(string file) => Path.GetFileNameWithoutExtension(file);

    private static string Unprefixed(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    private static bool IsBroken(string file) =>
        Faults.Any(fault => Stem(file).StartsWith(fault, StringComparison.Ordinal));

    private static bool IsLegacy(string file) => Stem(file).StartsWith("legacy", StringComparison.Ordinal);

    private static string? Reference(string relative)
    {
        string folder = Path.GetDirectoryName(Golden.Full(relative))!, stem = Stem(relative);
        List<string> candidates = [stem, stem.Replace("nested", "flat", StringComparison.Ordinal)];
        if (stem.StartsWith("flat", StringComparison.Ordinal) || stem.StartsWith("nested", StringComparison.Ordinal))
            candidates.Add("flat");
        return candidates.Select(name => Path.Combine(folder, name + ".json")).FirstOrDefault(File.Exists);
    }

    private static void AssertEqual(ICheckpoint checkpoint, string name, JsonElement expected)
    {
        using var scope = NewDisposeScope();
        Tensor actual = checkpoint.Load(name);
        Assert.Equal([.. expected.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())], actual.shape);
        Assert.Equal(expected.GetProperty("dtype").GetString(), Name(actual.dtype));
        double[] values = [.. expected.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
        Assert.Equal(values.LongLength, actual.numel());
        if (values.Length == 0)
            return; // TorchSharp can't look into an empty tensor.
        Assert.Equal(values, actual.to(float64).contiguous().data<double>().ToArray());
        var raw = new byte[checkpoint.Tensors[name].ByteCount];
        checkpoint.Read(name, 0, raw);
        Assert.Equal(actual.contiguous().bytes.ToArray(), raw);
    }

    private static string Name(ScalarType type) => type switch
    {
        ScalarType.Byte => "uint8",
        _ => type.ToString().ToLowerInvariant(),
    };
}
