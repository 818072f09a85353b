using System.Text;
using LeVo.Alignment.Data;
using LeVo.Alignment.Onnx;
using LeVo.Core.Audio;
using LeVo.Core.Tokens;
using LeVo.Testing;
using LeVo.Testing.Faults;
using static LeVo.Listeners.Tests.Onnx.OnnxWriter;

namespace LeVo.Listeners.Tests.Onnx;

/// <summary>Small graphs in the real native library.</summary>
public sealed class OnnxTests : IDisposable
{
    private const string Description = """{"sample_rate": 100, "window_seconds": 0.04, "pooling": "mean"}""";

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-onnx-");

    [Fact]
    public async Task SoundIsEmbeddedInWindows()
    {
        using var embedder = new OnnxEmbedder(Write("audio", MeanAndMax(2), Description));
        // Windows [1 2 3 4] and [5 0 0 0]: means 2.5 and 1.25, maxima 4 and 5.
        await AssertAsync([1.875f, 4.5f], embedder.EmbedAudioAsync(new([[1, 2, 3, 4, 5]], 100), Token));
        // Stereo is mixed.
        await AssertAsync([1.875f, 4.5f], embedder.EmbedAudioAsync(new([[2, 4, 6, 8, 10], new float[5]], 100), Token));
        File.WriteAllText(At("audio.json"), Description.Replace("mean", "max"));
        using var maximum = new OnnxEmbedder(At("audio.onnx"));
        await AssertAsync([2.5f, 5], maximum.EmbedAudioAsync(new([[1, 2, 3, 4, 5]], 100), Token));
        File.WriteAllText(At("audio.json"), """{"sample_rate": 100, "input": "sound", "output": "pooled"}""");
        using var whole = new OnnxEmbedder(At("audio.onnx"));
        await AssertAsync([3f, 5], whole.EmbedAudioAsync(new([[1, 2, 3, 4, 5]], 100), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => whole.EmbedAudioAsync(Waveform.Silence(1, 0, 100), Token));
        await Assert.ThrowsAsync<NotSupportedException>(() => whole.EmbedTextAsync("pop", Token));
    }

    [Fact]
    public async Task StereoGraphsReadChannelsAtTheirRate()
    {
        using var embedder = new OnnxEmbedder(Write("audio", MeanAndMax(3), """{"sample_rate": 200, "channels": 2}"""));
        float[] found = await embedder.EmbedAudioAsync(new([[.. Enumerable.Repeat(0.5f, 400)], new float[400]], 400), Token);
        Assert.Equal(0.25f, found[0], 2);
    }

    [Fact]
    public async Task TextIsEmbeddedFromTokensOrStrings()
    {
        string audio = Write("audio", MeanAndMax(2), Description);
        byte[] gather = Graph([Node("Gather", ["table", "ids"], "rows", Whole("axis", 0))], Value("ids", Integer, 1, -1),
            Value("rows", Float, 1, -1, 2), Constant("table", [1, 2, 3, 4, 5, 6], 3, 2));
        using var tokens = new OnnxEmbedder(audio, Write("text", gather, """{"max_tokens": 2}"""),
            text => [.. text.Select(c => (long)(c - 'a'))]);
        await AssertAsync([3f, 4], tokens.EmbedTextAsync("ac", Token));
        await AssertAsync([1f, 2], tokens.EmbedTextAsync("aac", Token));
        Assert.Contains("'ids' is Int64", Assert.Throws<InvalidDataException>(() => new OnnxEmbedder(audio, At("text.onnx"))).Message);
        byte[] label = Graph([Node("LabelEncoder", ["words"], "number", Texts("keys_strings", "pop"), Floats("values_floats", 7))],
            Value("words", OnnxWriter.String, 1), Value("number", Float, 1));
        using var strings = new OnnxEmbedder(audio, Write("words", label, null));
        await AssertAsync([7f], strings.EmbedTextAsync("pop", Token));
    }

    [Fact]
    public async Task AJudgeWeighsItsOutput()
    {
        using var judge = new OnnxJudge(Write("aesthetics", MeanAndMax(2),
            """{"sample_rate": 100, "part": "vocal", "weights": [10, 1], "strategy": "quality"}"""));
        var sample = new SongSample(new(), SongTokens.FromRows([], [], [], 25), 1) { Vocal = new([[1, 2, 3]], 100) };
        Assert.Equal(23, await judge.ScoreAsync(sample, Token), 5);
        Assert.Equal(("quality", "onnx(aesthetics.onnx)"), (judge.Strategy, judge.Name));
        Assert.Equal([SongPart.Vocal], judge.Parts);
        await Assert.ThrowsAsync<ArgumentException>(() => judge.ScoreAsync(sample with { Vocal = null, Mix = sample.Vocal }, Token));
        File.WriteAllText(At("aesthetics.json"), """{"sample_rate": 100}""");
        using var unweighted = new OnnxJudge(At("aesthetics.onnx"));
        Assert.Contains("2 values", (await Assert.ThrowsAsync<InvalidOperationException>(() =>
            unweighted.ScoreAsync(sample with { Mix = sample.Vocal }, Token))).Message);
    }

    [Theory]
    [InlineData(null, "must have 'sample_rate'")]
    [InlineData("""{"sample_rate": 0}""", "'sample_rate' is 0")]
    [InlineData("""{"sample_rate": 100, "rate": 1}""", "unknown key 'rate'")]
    [InlineData("""{"sample_rate": 100, "input": "x"}""", "no input 'x', only sound")]
    [InlineData("""{"sample_rate": 100, "pooling": "min"}""", "'pooling' is 'min'")]
    [InlineData("""{"sample_rate": 100, "channels": 2}""", "2 dimensions")]
    [InlineData("""{"sample_rate": 100, "weights": ["a"]}""", "'weights' has a")]
    [InlineData("[", "not valid JSON")]
    public void ABadDescriptionIsNamed(string? description, string message)
    {
        string path = Write("audio", MeanAndMax(2), description);
        string found = Assert.Throws<InvalidDataException>(() => new OnnxJudge(path)).Message;
        Assert.Contains(message, found);
        Assert.Contains("audio.", found);
    }

    [Fact]
    public void ABadGraphIsNamed()
    {
        Assert.Throws<FileNotFoundException>(() => new OnnxEmbedder(At("missing.onnx")));
        string path = Write("bad", Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1"), Description);
        Assert.Contains("bad.onnx", Assert.Throws<InvalidDataException>(() => new OnnxEmbedder(path)).Message);
    }

    [Fact]
    public void DamagedDescriptions() => Assert.InRange(Fuzzer.Run(new("onnx description",
        [Encoding.UTF8.GetBytes("""{"sample_rate": 100, "channels": 2, "part": "vocal", "weights": [1, 2], "pooling": "max", "window_seconds": 3}""")],
        input => OnnxDescription.Parse(Encoding.UTF8.GetString(input), "audio.json"), typeof(InvalidDataException)),
        LongChecks.Count("LEVO_FUZZ_INPUTS", 20_000) / 10, LongChecks.Count("LEVO_FUZZ_SEED", 1)), 1, int.MaxValue);

    public void Dispose() => folder.Delete(recursive: true);

    private static async Task AssertAsync(float[] expected, Task<float[]> found) => Assert.Equal(expected, await found);

    private string At(string name) => Path.Combine(folder.FullName, name);

    private string Write(string name, byte[] graph, string? description)
    {
        File.WriteAllBytes(At(name + ".onnx"), graph);
        if (description is not null)
            File.WriteAllText(At(name + ".json"), description);
        return At(name + ".onnx");
    }

    /// <summary>Mean and maximum of sound with two or three dimensions, <c>[1, 2]</c>.</summary>
    private static byte[] MeanAndMax(int rank)
    {
        byte[][] over = [Wholes("axes", [.. Enumerable.Range(1, rank - 1).Select(axis => (long)axis)]), Whole("keepdims", 0)];
        return Graph(
            [
                Node("ReduceMean", ["sound"], "mean", over),
                Node("ReduceMax", ["sound"], "max", over),
                Node("Unsqueeze", ["mean", "axis"], "mean2"),
                Node("Unsqueeze", ["max", "axis"], "max2"),
                Node("Concat", ["mean2", "max2"], "pooled", Whole("axis", 1)),
            ],
            Value("sound", Float, [1, .. Enumerable.Repeat(-1L, rank - 1)]), Value("pooled", Float, 1, 2), Wholes64("axis", 1));
    }
}
