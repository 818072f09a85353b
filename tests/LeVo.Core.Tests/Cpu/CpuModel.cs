using LeVo.Core.Conditioning;
using LeVo.Core.Cpu;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Cpu;

/// <summary>A small name-seeded LeLM on both engines.</summary>
internal static class CpuModel
{
    /// <summary>Widths that fill their vectors, and a prefix of several passes.</summary>
    public static LeLmConfig Small { get; } = SeededLeLm.Tiny with
    {
        Width = 96,
        FeedForwardWidth = 224,
        Heads = 3,
        MixedLayers = 3,
        TrackLayers = 2,
        CodeSize = 61,
        PromptCodeSize = 61,
        PromptNullId = 62,
        PromptRealBelow = 61,
        LyricsLength = 150,
    };

    public static SongCondition Song { get; } = new("[verse] la", "pop");

    public static ConditionPreparer Preparer(LeLmConfig config) =>
        new(config, new LetterTokenizer(), new LetterTokenizer());

    public static CpuEngine Build(LeLmConfig config, CpuEngineOptions? options = null, SeededFloats? source = null) =>
        CpuEngine.Build(source ?? new(config), config, options ?? new() { Threads = 2 }, "a test");

    public static TorchEngine BuildTorch(LeLmConfig config)
    {
        LeVoRuntime.EnsureTorch();
        return TorchEngine.Build(
            new NameSeededSource(), config, CPU, ScalarType.Float32, "a test");
    }

    /// <summary>Columns of valid ids, [codebooks, count].</summary>
    public static int[] Columns(string name, LeLmConfig config, int count) =>
        [.. NameSeeded.Tokens(name, config.Codebooks * count, 0, config.InputRows).Select(id => (int)id)];

    /// <summary>Logits of both branches, [branch, codebook, class], after a prefill and after each further
    /// column.</summary>
    public static List<float[]> Decode(ILeLmSequence sequence, LeLmConfig config, int[] columns, int prefill)
    {
        int count = columns.Length / config.Codebooks, half = config.Codebooks * config.Classes;
        var results = new List<float[]>();
        for (int s = prefill; s <= count; s++)
        {
            var logits = new float[2 * half];
            if (s == prefill)
            {
                sequence.Prefill(Slice(columns, config, 0, prefill), logits.AsSpan(0, half), logits.AsSpan(half));
            }
            else
            {
                sequence.Read(Slice(columns, config, s - 1, s), logits.AsSpan(0, half), logits.AsSpan(half));
            }
            results.Add(logits);
        }
        return results;
    }

    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
            (ab, aa, bb) = (ab + (double)a[i] * b[i], aa + (double)a[i] * a[i], bb + (double)b[i] * b[i]);
        return ab / Math.Sqrt(aa * bb);
    }

    /// <summary>|a - b| / |b|.</summary>
    public static double RelativeError(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double difference = 0, size = 0;
        for (int i = 0; i < a.Length; i++)
            (difference, size) = (difference + Math.Pow(a[i] - b[i], 2), size + Math.Pow(b[i], 2));
        return Math.Sqrt(difference / size);
    }

    private static int[] Slice(int[] columns, LeLmConfig config, int start, int end)
    {
        int count = columns.Length / config.Codebooks;
        return
        [
            .. Enumerable.Range(0, config.Codebooks)
                .SelectMany(k => columns[(k * count + start)..(k * count + end)]),
        ];
    }
}
