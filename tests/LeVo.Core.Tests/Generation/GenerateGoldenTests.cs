using System.Text.Json;
using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Generation;

/// <summary>Whole decodes against the original's ids and logits (kind <c>generate</c>).</summary>
[Trait("Category", "Golden")]
public sealed class GenerateGoldenTests
{
    private const float Tolerance = 2e-4f;

    public static TheoryData<string, string> Cases => GoldenReader.Cases("generate");

    [Fact]
    public void EveryTensorBelongsToACase() => GoldenReader.AssertNoStrangers("generate");

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void IdsAndLogitsMatch(string file, string name)
    {
        using var golden = new GoldenReader(file, name);
        LeLmConfig config = GoldenLeLm.Config(
            golden.Case.GetProperty("config").GetRawText(), golden.Case.GetProperty("version").GetString()!);
        int codebooks = config.Codebooks, classes = config.Classes, frames = golden.Case.GetProperty("T").GetInt32();
        var song = new SongCondition
        {
            Lyrics = golden.Case.GetProperty("lyrics").GetString(),
            Description = golden.Case.GetProperty("description").GetString(),
            Prompt = Codes(golden, "prompt"),
        };
        int[,] prompt = PromptCodes.Fit(song.Prompt, config);
        Assert.Equal(golden.Ints("audio_qt"), prompt.Cast<int>());

        using TorchEngine engine = Build(file, golden, config);
        DelayPattern pattern = config.PatternOf(frames);
        GenerationOptions options = Options(golden.Case.GetProperty("generation_params"));
        var recorder = new GuidanceRecorder(engine.Start(song, pattern.Columns - 1), options.Guidance);
        using var session = new GenerationSession(
            recorder, config, frames, options, seed: 1, BanList.Of(prompt, config));
        List<int> picks = [], taken = [];
        var margins = new List<float>();
        var frame = new int[codebooks];
        while (!session.Ended)
        {
            session.Advance(cancellationToken: TestContext.Current.CancellationToken);
            picks.AddRange(session.Picks);
            foreach (float[] row in session.ProcessedLogits.ToArray().Chunk(classes))
            {
                float[] best = [.. row.OrderDescending().Take(2)];
                margins.Add(best[0] - best[1]);
            }
            while (session.TryTakeFrame(frame))
                taken.AddRange(frame);
        }

        int[] codes = pattern.Revert(session.Sequence, pattern.Columns, config.SpecialId);
        Assert.Equal(golden.Ints("sequence"), session.Sequence);
        Assert.Equal(golden.Ints("out_codes"), codes);
        int kept = (int)golden.Shape("trimmed")[^1];
        Assert.Equal(golden.Ints("trimmed"), Transpose(taken, codebooks));
        Assert.Equal(golden.Ints("trimmed"), codes.Chunk(frames).SelectMany(row => row[..kept]));
        Assert.Equal(golden.Case.GetProperty("steps_run").GetInt32(), session.StepsDone);

        int[] used = golden.Ints("used"), expectedPicks = golden.Ints("picks");
        Assert.Equal(used, Used(session, pattern, config));
        // A pick without effect may differ where rounding decides it.
        bool[] clear = [.. margins.Select((margin, i) => used[i] == 1 || margin > 2 * Tolerance)];
        Assert.Equal(expectedPicks.Where((_, i) => clear[i]), picks.Where((_, i) => clear[i]));
        golden.AssertClose("margin", [.. margins], 2 * Tolerance);
        if (golden.Has("step_logits"))
        {
            golden.AssertClose("step_logits", [.. recorder.Guided.SelectMany(step => step)], Tolerance);
        }
        else
        {
            (float Value, int Id)[] top = [.. recorder.Guided.SelectMany(step => step.Chunk(classes)).SelectMany(row =>
                row.Select((value, id) => (value, id)).OrderByDescending(entry => entry.value).Take(8))];
            golden.AssertClose("step_top8_values", [.. top.Select(entry => entry.Value)], Tolerance);
            Assert.Equal(golden.Ints("step_top8_ids"), top.Select(entry => entry.Id));
        }
        golden.AssertAllRead();
    }

    private static GenerationOptions Options(JsonElement parameters) => new()
    {
        UseSampling = parameters.GetProperty("use_sampling").GetBoolean(),
        Temperature = parameters.GetProperty("temperature").GetDouble(),
        TopK = parameters.GetProperty("top_k").GetInt32(),
        TopP = parameters.GetProperty("top_p").GetDouble(),
        Guidance = parameters.GetProperty("cfg_coef").GetDouble(),
        PenalizeRepetition = parameters.GetProperty("record_tokens").GetBoolean(),
        RepetitionWindow = parameters.GetProperty("record_window").GetInt32(),
    };

    private static TorchEngine Build(string file, GoldenReader golden, LeLmConfig config)
    {
        Qwen2Vocabulary vocabulary = Qwen2Vocabulary.Load(Golden.Helper(file, "lelm", "tokenizer"));
        var preparer = new ConditionPreparer(config,
            new Qwen2Tokenizer(vocabulary, AddedTokens.OfLyrics(config.TextRules, config.StructureTags)),
            new Qwen2Tokenizer(vocabulary, AddedTokens.OfDescription(config.TextRules)));
        var source = new ScaledSource(golden.Metadata.GetValueOrDefault("weight_prefix", ""),
            golden.Case.GetProperty("weight_scales"));
        return TorchEngine.Build(source, config, preparer, CPU, ScalarType.Float32, "the golden's LeLM");
    }

    private static int[,]? Codes(GoldenReader golden, string tensor)
    {
        if (!golden.Has(tensor))
            return null;
        long[] shape = golden.Shape(tensor);
        var codes = new int[shape[1], shape[2]];
        Buffer.BlockCopy(golden.Ints(tensor), 0, codes, 0, codes.Length * sizeof(int));
        return codes;
    }

    private static IEnumerable<int> Transpose(List<int> frames, int codebooks) =>
        Enumerable.Range(0, codebooks).SelectMany(q => frames.Where((_, i) => i % codebooks == q));

    /// <summary>A pick counts unless its cell is outside the pattern or its codebook had ended before.</summary>
    private static IEnumerable<int> Used(GenerationSession session, DelayPattern pattern, LeLmConfig config)
    {
        int first = pattern.Columns - session.StepsTotal;
        int[] sequence = session.Sequence;
        for (int s = first; s < first + session.StepsDone; s++)
            for (int q = 0; q < pattern.Codebooks; q++)
                yield return sequence[q * pattern.Columns + s] == config.SpecialId ? 0 : 1;
    }

    /// <summary>Name-seeded weights, some of them multiplied: entries [key, row or null, factor].</summary>
    private sealed class ScaledSource(string prefix, JsonElement scales) : ITensorSource
    {
        private readonly NameSeededSource source = new(prefix);

        public Tensor? Find(string name, long[] shape, TensorInit init)
        {
            Tensor value = source.Find(name, shape, init)!;
            foreach (JsonElement scale in scales.EnumerateArray().Where(scale => scale[0].GetString() == name))
            {
                using Tensor part =
                    scale[1].ValueKind == JsonValueKind.Null ? value.alias() : value[scale[1].GetInt64()];
                part.mul_(scale[2].GetSingle());
            }
            return value;
        }
    }

    /// <summary>Keeps the guided logits of every step.</summary>
    private sealed class GuidanceRecorder(ILogitsStepper inner, double guidance) : ILogitsStepper
    {
        public List<float[]> Guided { get; } = [];

        public void Prefill(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
            Action<int>? heard = null, CancellationToken cancellationToken = default)
        {
            inner.Prefill(columns, conditional, unconditional, heard, cancellationToken);
            Record(conditional, unconditional);
        }

        public void Step(ReadOnlySpan<int> column, Span<float> conditional, Span<float> unconditional)
        {
            inner.Step(column, conditional, unconditional);
            Record(conditional, unconditional);
        }

        public void Dispose() => inner.Dispose();

        private void Record(Span<float> conditional, Span<float> unconditional)
        {
            var guided = new float[conditional.Length];
            LogitsFilter.Guide(conditional, unconditional, guidance, guided);
            Guided.Add(guided);
        }
    }
}
