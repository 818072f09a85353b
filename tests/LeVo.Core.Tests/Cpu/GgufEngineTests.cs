using LeVo.Core.Checkpoints;
using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using LeVo.Testing.Gguf;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Cpu;

/// <summary>Quantised files in the CPU engine, against float32 on libtorch with the decoded values.</summary>
public sealed class GgufEngineTests(ITestOutputHelper output) : IDisposable
{
    private const int Columns = 12;
    private static readonly LeLmConfig Config = CpuModel.Small with { Width = 256, FeedForwardWidth = 512, Heads = 4 };
    private readonly TemporaryFolder folder = new();

    /// <summary>Profiles by the type of matrices.</summary>
    public static TheoryData<string> Profiles => ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M"];

    /// <summary>The engine adds no more to the error of a quantised file than its int8 adds to that of a float32 one.</summary>
    [Theory, MemberData(nameof(Profiles))]
    public void LogitsAreAsNearAsThoseOfFloats(string profile)
    {
        string path = Write(profile), floats = Write("F32");
        double own = Error(floats), error = Error(path);
        output.WriteLine($"{profile}: relative error of the logits {error:F6}, of int8 from float32 {own:F6}");
        Assert.InRange(error, 0, own);
    }

    /// <summary>Every integer of the file is in the engine's memory, with its scale rounded.</summary>
    [Fact]
    public unsafe void IntegersAreKept()
    {
        const int Inputs = 64, Outputs = 7;
        float[] values = [.. NameSeeded.Uniform("kept", Inputs * Outputs).Select(value => (float)value)];
        new GgufWriter("levo2").Add("output.mixed", GgufTensorType.Q8, values, Outputs, Inputs).Save(folder["a.gguf"]);
        var plan = new WeightPlan();
        plan.Matrix(WeightBits.Eight, new Listings.TensorInfo("transformer.lm_head.weight", [Outputs, Inputs], default));
        using var source = new CheckpointFloats(Checkpoint.Open(folder["a.gguf"]));
        using var pool = new WorkerPool(2);
        using var memory = new NativeBlock(plan.Bytes);
        plan.Fill(source, pool, (offset, _) => (nint)(memory.Pointer + offset));
        byte[] blocks = GgufQuantizer.Encode(GgufTensorType.Q8, values);
        for (int output = 0; output < Outputs; output++)
        {
            for (int input = 0; input < Inputs; input++)
            {
                int block = (output * Inputs + input) / 32 * 34;
                float scale = (float)BitConverter.ToHalf(blocks, block), expected = scale * (sbyte)blocks[block + 2 + input % 32];
                float got = PackedWeight.Read(WeightBits.Eight, memory.Pointer, Inputs / 32, output, input);
                // Another integer would be off by at least the scale.
                Assert.InRange(Math.Abs(got - expected), 0, Math.Abs(expected) / 256);
            }
        }
    }

    /// <summary>-128 is no value of the engine's: such a row is quantised anew.</summary>
    [Fact]
    public void ARowWithTheLowestByteIsQuantisedAnew()
    {
        byte[] block = [.. BitConverter.GetBytes((Half)0.5), .. Enumerable.Repeat((byte)0x80, 32)];
        new GgufWriter("levo2").AddRaw("output.mixed", 8, block, 1, 32).Save(folder["a.gguf"]);
        using var source = new CheckpointFloats(Checkpoint.Open(folder["a.gguf"]));
        IFloatTensor tensor = source.Find("transformer.lm_head.weight")!;
        var rows = new QuantizedSource(1);
        Assert.False(rows.TryRead(tensor, 0, 0));
        var values = new float[32];
        tensor.Read(0, values);
        Assert.All(values, value => Assert.Equal(-64, value));
    }

    public void Dispose() => folder.Dispose();

    private string Write(string profile)
    {
        string path = folder[profile + ".gguf"];
        GgufLeLm.Create(Config, profile switch
        {
            "Q4_K_M" => GgufLeLm.Q4KM,
            "Q5_K_M" => GgufLeLm.Q5KM,
            "Q6_K" => _ => GgufTensorType.Q6K,
            "Q8_0" => _ => GgufTensorType.Q8,
            _ => _ => GgufTensorType.F32,
        }, (name, shape) => NameSeeded.Weight(name, shape)).Save(path);
        return path;
    }

    /// <summary>Relative error of all logits of both branches.</summary>
    private static double Error(string path)
    {
        int[] columns = CpuModel.Columns("columns", Config, Columns);
        using Checkpoint file = Checkpoint.Open(path);
        List<float[]> expected, got;
        using (TorchEngine torch = TorchEngine.Build(new CheckpointTensorSource(file), Config, CPU, ScalarType.Float32, "a test"))
        using (ILeLmSequence sequence = torch.Start(CpuModel.Preparer(Config), CpuModel.Song, Columns))
            expected = CpuModel.Decode(sequence, Config, columns, 2);
        using (CpuEngine cpu = CpuEngine.Build(new CheckpointFloats(Checkpoint.Open(path)), Config, new() { Threads = 2 }, "a test"))
        using (ILeLmSequence sequence = cpu.Start(CpuModel.Preparer(Config), CpuModel.Song, Columns))
            got = CpuModel.Decode(sequence, Config, columns, 2);
        return CpuModel.RelativeError([.. got.SelectMany(row => row)], [.. expected.SelectMany(row => row)]);
    }
}
