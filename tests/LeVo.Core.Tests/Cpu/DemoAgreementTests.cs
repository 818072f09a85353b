using System.Numerics.Tensors;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Cpu;

/// <summary>
/// Trained weights, models/levo-demo: 500 steps of songs that float32 on libtorch writes, each read by the quantised
/// engine too. What it would pick is what float32 picks, nearly always.
/// </summary>
public sealed class DemoAgreementTests(ITestOutputHelper output)
{
    private const int Steps = 500;

    [Fact]
    public void QuantisedWeightsPickTheSameIds()
    {
        ModelFolder folder = ModelFolder.Open(Path.Combine(Repository.Root, "models", "levo-demo"));
        LeLmConfig config = folder.Config;
        var preparer = ConditionPreparer.Load(config, folder.TokenizerFolder);
        using ICheckpoint checkpoint = folder.OpenLeLm();
        using TorchEngine torch =
            TorchEngine.Build(new CheckpointTensorSource(checkpoint), config, CPU, ScalarType.Float32, "the demo");
        using CpuEngine eight = Build(WeightBits.Eight), four = Build(WeightBits.Four);
        using CpuEngine small = Build(WeightBits.Eight, KvFormat.Int8);
        var counts = new Counts(config);
        SongCondition[] songs =
        [
            new("[verse] Morning light.Coffee and rain ; [chorus] Sing it out", "female, pop, piano, slow"),
            new("[verse] Rain on the road.Light on the hill", "male, rock, guitar, fast"),
        ];
        for (int i = 0; counts.Steps < Steps; i++)
            Compare(preparer, torch, [eight, four, small], songs[i % songs.Length], (ulong)i, counts);
        output.WriteLine($"{counts.Steps} steps: top-1 agreement "
            + $"int8 {counts.Agreement(0):P2}, int4 {counts.Agreement(1):P2}, int8 with keys and values in 8 bits {counts.Agreement(2):P2}; "
            + $"least cosine int8 {counts.LeastCosine[0]:F5}, int4 {counts.LeastCosine[1]:F5}, 8-bit caches {counts.LeastCosine[2]:F5}; "
            + $"mean cosine int8 {counts.MeanCosine(0):F6}, int4 {counts.MeanCosine(1):F6}, 8-bit caches {counts.MeanCosine(2):F6}");
        Assert.InRange(counts.Agreement(0), 0.97, 1);
        Assert.InRange(counts.Agreement(1), 0.8, 1);
        Assert.InRange(counts.MeanCosine(0), 0.999, 1);
        Assert.InRange(counts.Agreement(2), 0.97, 1);
        Assert.InRange(counts.MeanCosine(2), 0.999, 1);

        CpuEngine Build(WeightBits bits, KvFormat? cache = null) => CpuEngine.Build(new CheckpointFloats(folder.OpenLeLm()), config,
            new() { Bits = bits, Threads = 1, KvFormat = cache ?? KvFormat.Half }, "the demo");
    }

    private static void Compare(
        ConditionPreparer preparer, TorchEngine torch, CpuEngine[] engines, SongCondition song, ulong seed, Counts counts)
    {
        LeLmConfig config = torch.Config;
        int frames = (int)(config.MaxSeconds * config.FrameRate);
        DelayPattern pattern = config.CreatePattern(frames);
        using ILeLmSequence reference = torch.Start(preparer, song, pattern.Columns);
        ILeLmSequence[] quantised = [.. engines.Select(engine => engine.Start(preparer, song, pattern.Columns))];
        var session = new GenerationSession(config, frames, new() { TopK = 50, RepetitionWindow = 1 }, seed);
        int half = config.Codebooks * config.Classes;
        float[] expected = new float[2 * half], got = new float[2 * half];
        reference.ReadPrefix();
        foreach (ILeLmSequence one in quantised)
            one.ReadPrefix();
        for (bool first = true; !session.Ended && counts.Steps < Steps; first = false)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<int> columns = session.TakeUnreadColumns();
            reference.Read(columns, expected.AsSpan(0, half), expected.AsSpan(half));
            for (int i = 0; i < quantised.Length; i++)
            {
                quantised[i].Read(columns, got.AsSpan(0, half), got.AsSpan(half));
                if (!first)
                    counts.Add(i, expected, got);
            }
            counts.Steps += first ? 0 : 1;
            session.Pick(expected.AsSpan(0, half), expected.AsSpan(half));
        }
        foreach (ILeLmSequence one in quantised)
            one.Dispose();
    }

    /// <summary>Agreement so far, of each engine.</summary>
    private sealed class Counts(LeLmConfig config)
    {
        private const double Guidance = 1.5;
        private readonly int[] same = new int[3];
        private readonly double[] cosines = new double[3];

        public int Steps { get; set; }

        public double[] LeastCosine { get; } = [1, 1, 1];

        public double Agreement(int engine) => same[engine] / (double)(Steps * config.Codebooks);

        public double MeanCosine(int engine) => cosines[engine] / (Steps * config.Codebooks);

        public void Add(int engine, float[] expected, float[] got)
        {
            float[] a = Guided(expected), b = Guided(got);
            for (int k = 0; k < config.Codebooks; k++)
            {
                ReadOnlySpan<float> x = a.AsSpan(k * config.Classes, config.Classes);
                ReadOnlySpan<float> y = b.AsSpan(k * config.Classes, config.Classes);
                if (TensorPrimitives.IndexOfMax(x) == TensorPrimitives.IndexOfMax(y))
                    same[engine]++;
                double cosine = CpuModel.Cosine(x, y);
                cosines[engine] += cosine;
                LeastCosine[engine] = Math.Min(LeastCosine[engine], cosine);
            }
        }

        private static float[] Guided(float[] both)
        {
            var guided = new float[both.Length / 2];
            LogitsFilter.Guide(both.AsSpan(0, guided.Length), both.AsSpan(guided.Length), Guidance, guided);
            return guided;
        }
    }
}
