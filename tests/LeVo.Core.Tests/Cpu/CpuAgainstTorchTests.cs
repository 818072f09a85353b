using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Testing;

namespace LeVo.Core.Tests.Cpu;

/// <summary>The quantised engine against float32 on libtorch, with the same weights.</summary>
public sealed class CpuAgainstTorchTests(ITestOutputHelper output)
{
    private const int Columns = 12;

    public static TheoryData<int, string> Cases => new()
    {
        { 8, "small" }, { 4, "small" }, { 8, "odd" }, { 8, "tiny" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void LogitsPointTheSameWay(int bits, string size)
    {
        LeLmConfig config = Config(size);
        int[] columns = CpuModel.Columns("columns", config, Columns);
        List<float[]> expected, got;
        using (TorchEngine torch = CpuModel.BuildTorch(config))
        using (ILeLmSequence stepper = torch.Start(CpuModel.Preparer(config), CpuModel.Song, Columns))
            expected = CpuModel.Decode(stepper, config, columns, 2);
        using (CpuEngine cpu = CpuModel.Build(config, new() { Bits = (WeightBits)bits, Threads = 2 }))
        using (ILeLmSequence stepper = cpu.Start(CpuModel.Preparer(config), CpuModel.Song, Columns))
            got = CpuModel.Decode(stepper, config, columns, 2);
        double least = Enumerable.Range(0, expected.Count).SelectMany(s => Enumerable.Range(0, 2 * config.Codebooks)
            .Select(i => CpuModel.Cosine(Row(got[s], i), Row(expected[s], i)))).Min();
        output.WriteLine($"{bits} bits, {size}: least cosine {least:F6}");
        Assert.InRange(least, bits == 8 ? 0.9995 : 0.95, 1.000001);

        float[] Row(float[] logits, int i) => logits[(i * config.Classes)..((i + 1) * config.Classes)];
    }

    /// <summary>One, two, three layers: what each adds to the error.</summary>
    [Theory]
    [InlineData(8, 0.01)]
    [InlineData(4, 0.1)]
    public void EachLayerAddsLittle(int bits, double mostPerLayer)
    {
        for (int layers = 1; layers <= 4; layers++)
        {
            LeLmConfig config = CpuModel.Small with { MixedLayers = layers, LyricsLength = 20 };
            int[] columns = CpuModel.Columns("columns", config, 1);
            using TorchEngine torch = CpuModel.BuildTorch(config);
            using ILeLmSequence reference = torch.Start(CpuModel.Preparer(config), CpuModel.Song, 1);
            using CpuEngine cpu = CpuModel.Build(config, new() { Bits = (WeightBits)bits, Threads = 1 });
            using ILeLmSequence stepper = cpu.Start(CpuModel.Preparer(config), CpuModel.Song, 1);
            float[] expected = CpuModel.Decode(reference, config, columns, 1)[0][..config.Classes];
            float[] got = CpuModel.Decode(stepper, config, columns, 1)[0][..config.Classes];
            double error = CpuModel.RelativeError(got, expected);
            output.WriteLine($"{bits} bits, {layers} layers: relative error of the mixed head {error:F5}");
            Assert.InRange(error, 1e-6, mostPerLayer * (layers + 1));
        }
    }

    /// <summary>Widths that fill no vector: 24 = 3 heads of 8; 40 = 5 heads of 8, 44 inside.</summary>
    private static LeLmConfig Config(string size) => size switch
    {
        "tiny" => SeededLeLm.Tiny,
        "odd" => SeededLeLm.Tiny with
        {
            Width = 40,
            Heads = 5,
            FeedForwardWidth = 44,
            CodeSize = 30,
            PromptCodeSize = 30,
        },
        _ => CpuModel.Small,
    };
}
