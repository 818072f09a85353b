using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tests.Generation;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using LeVo.Testing.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

/// <summary>Files of every format become safetensors files with equal tensors.</summary>
public sealed class ModelConverterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ModelConverterTests() => LeVoRuntime.EnsureTorch();

    [Theory]
    [InlineData("mixed.safetensors")]
    [InlineData("flat.pt")]
    [InlineData("nested.ckpt")]
    [InlineData("types.gguf")]
    [InlineData("flow.gguf")]
    public void Float32HoldsTheSourcesValues(string name)
    {
        string source = Source(name), target = folder["new/out.safetensors"];
        var progress = new Reports();
        ModelConverter.ToSafetensors(source, target, ModelPrecision.Float32, progress, TestContext.Current.CancellationToken);
        Compare(source, target, float32);
        Assert.Equal(1, progress.Values[^1], 9);
        Assert.Equal(progress.Values.Order(), progress.Values);
    }

    [Theory]
    [InlineData("mixed.safetensors", ModelPrecision.Float16)]
    [InlineData("mixed.safetensors", ModelPrecision.BFloat16)]
    [InlineData("types.gguf", ModelPrecision.Float16)]
    [InlineData("types.gguf", ModelPrecision.BFloat16)]
    [InlineData("flow.gguf", ModelPrecision.BFloat16)]
    public void MatricesAreRoundedAndVectorsAreNot(string name, ModelPrecision precision)
    {
        string source = Source(name), target = folder["out.safetensors"];
        ModelConverter.ToSafetensors(source, target, precision, null, TestContext.Current.CancellationToken);
        Compare(source, target, precision == ModelPrecision.Float16 ? float16 : bfloat16);
    }

    [Fact]
    public void AModelFolderStandsForItsLanguageModel()
    {
        using var model = new TinyModelFolder();
        ModelConverter.ToSafetensors(model.Path, folder["out.safetensors"], ModelPrecision.Float32, null,
            TestContext.Current.CancellationToken);
        Compare(Path.Combine(model.Path, "model.safetensors"), folder["out.safetensors"], float32);
    }

    [Fact]
    public void AValueBeyondFloat16IsNamedAndNothingIsWritten()
    {
        TensorWriter.Save(folder["large.safetensors"], [("a", ones(2, 2)), ("b", full(2, 2, 1e5))]);
        Assert.Contains("'b' has the value 100000, which is too large for float16",
            Assert.Throws<InvalidDataException>(() => Convert(ModelPrecision.Float16)).Message);
        Assert.False(File.Exists(folder["out.safetensors"]));
        Convert(ModelPrecision.BFloat16);

        void Convert(ModelPrecision precision) => ModelConverter.ToSafetensors(folder["large.safetensors"],
            folder["out.safetensors"], precision, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void WrongUseIsRefusedAndACancelledRunWritesNothing()
    {
        string source = Source("mixed.safetensors"), target = folder["out.safetensors"];
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.Throws<ArgumentException>(() => ModelConverter.ToSafetensors(source, target, ModelPrecision.Int8, null, token));
        Assert.Throws<ArgumentException>(() => ModelConverter.ToSafetensors(source, source, ModelPrecision.Float32, null, token));
        Assert.Throws<ArgumentException>(() => ModelConverter.ToCpuWeights(source, ModelPrecision.Float32, null, token));
        Assert.ThrowsAny<OperationCanceledException>(
            () => ModelConverter.ToSafetensors(source, target, ModelPrecision.Float32, null, new CancellationToken(true)));
        Assert.False(File.Exists(target));
    }

    /// <summary>The file is the one that the engine maps at its next start.</summary>
    [Theory]
    [InlineData(ModelPrecision.Int8)]
    [InlineData(ModelPrecision.Int4)]
    public void TheCpuEngineMapsTheFile(ModelPrecision precision)
    {
        using var model = new TinyModelFolder();
        using (var cancelled = new CancellationTokenSource())
        {
            cancelled.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(
                () => ModelConverter.ToCpuWeights(model.Path, precision, null, cancelled.Token));
        }
        Assert.Empty(Directory.EnumerateFiles(model.Path, "*.levo"));
        var progress = new Reports();
        string path = ModelConverter.ToCpuWeights(model.Path, precision, progress, TestContext.Current.CancellationToken);
        Assert.Equal([path], Directory.EnumerateFiles(model.Path, "*.levo"));
        Assert.Equal(progress.Values.Order(), progress.Values);
        byte[] content = File.ReadAllBytes(path);
        using (LeVoModel loaded = LeVoModel.Load(new LeVoOptions
        {
            ModelPath = model.Path,
            Backend = ModelBackend.Cpu,
            Precision = precision,
        }))
            Assert.Equal(path, ModelConverter.ToCpuWeights(model.Path, precision, null, TestContext.Current.CancellationToken));
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.EnumerateFiles(model.Path, "*.levo"));
    }

    /// <summary>The integers of a GGUF file, once they are in the engine's file, make the songs of the file itself.</summary>
    [Fact]
    public void AGgufFileGetsItsFileBesideIt()
    {
        LeLmConfig config = SeededLeLm.Tiny with { Width = 32, Heads = 2 };
        GgufLeLm.Create(config, _ => GgufTensorType.Q8, (name, shape) => NameSeeded.Weight(name, shape),
            Path.Combine(Golden.Carried, "lelm", "tokenizer")).Save(folder["lm.gguf"]);
        string path = ModelConverter.ToCpuWeights(folder["lm.gguf"], ModelPrecision.Int8, null, TestContext.Current.CancellationToken);
        Assert.StartsWith(folder["lm."], path);
        Assert.Equal(path, ModelConverter.ToCpuWeights(folder.Path, ModelPrecision.Int8, null, TestContext.Current.CancellationToken));
    }

    public void Dispose() => folder.Dispose();

    private static void Compare(string source, string target, ScalarType type)
    {
        using Checkpoint before = Checkpoint.Open(source), after = Checkpoint.Open(target);
        using var scope = NewDisposeScope();
        Assert.Equal(before.Tensors.Keys.Order(StringComparer.Ordinal), after.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.NotEmpty(after.Tensors);
        foreach (string name in before.Tensors.Keys)
        {
            Tensor expected = before.Load(name), got = after.Load(name);
            if (expected.is_floating_point())
                expected = expected.to(expected.dim() < 2 ? float32 : type);
            Assert.Equal((name, expected.dtype), (name, got.dtype));
            Assert.True(expected.shape.SequenceEqual(got.shape), name);
            Assert.True(expected.eq(got).logical_or(expected.isnan().logical_and(got.isnan())).all().item<bool>(), name);
        }
    }

    private string Source(string name)
    {
        string path = folder[name];
        switch (name)
        {
            case "mixed.safetensors":
                TensorWriter.Save(path,
                [
                    ("a", randn(3, 5)), ("b", randn(3, 5, dtype: float64)), ("c", randn(70, 2, 3).to(bfloat16)), ("d", arange(7)),
                    ("e", randn(4).to(float16)), ("f", ones(2, 2, @bool)), ("g", empty(0, 3)), ("h", full(2, 2, float.NaN)),
                ]);
                break;
            case "types.gguf":
                var writer = new GgufWriter("levo2");
                foreach (GgufTensorType type in Enum.GetValues<GgufTensorType>())
                    writer.Add($"x.{type}", type, [.. NameSeeded.Uniform($"{type}", 512).Select(v => (float)v)], 2, 256);
                writer.Add("main.output_norm", GgufTensorType.F32, [1, 2], 2).Save(path);
                break;
            case "flow.gguf":
                new GgufWriter("levo2_flow").Add("flow.block.0.norm_1.weight", GgufTensorType.F32, new float[40], 40)
                    .Add("flow.block.0.attn.out.weight", GgufTensorType.Q8, Floats("o", 3 * 64), 3, 64)
                    .Add("flow.block.0.ffn.in.weight", GgufTensorType.F16, Floats("i", 6 * 64), 6, 64)
                    .Add("flow.block.0.ffn.out.weight", GgufTensorType.Q5K, Floats("f", 2 * 256), 2, 256).Save(path);
                break;
            default:
                return Path.Combine(Golden.Carried, "files", name);
        }
        return path;

        static float[] Floats(string seed, int count) => [.. NameSeeded.Uniform(seed, count).Select(v => (float)v)];
    }

    private sealed class Reports : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
