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
    public void IdsAndLogitsMatch(string file, string name) => Match(file, name, joins: false);

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void IdsAndLogitsOfJoinedMatricesMatch(string file, string name) => Match(file, name, joins: true);

    private static void Match(string file, string name, bool joins)
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        using var golden = new GoldenReader(file, name);
        LeLmConfig config = GoldenLeLm.Config(
            golden.Case.GetProperty("config").GetRawText(), golden.Case.GetProperty("version").GetString()!);
        int codebooks = config.Codebooks, classes = config.Classes, frames = golden.Case.GetProperty("T").GetInt32();
        var song = new SongCondition(golden.Case.GetProperty("lyrics").GetString(),
            golden.Case.GetProperty("description").GetString())
        {
            Prompt = golden.Has("prompt") ? SongTokens.FromCodes(golden.Ints("prompt"), config.FrameRate) : null,
        };
        Assert.Equal(golden.Ints("audio_qt"), PromptCodes.Fit(song.Prompt, config).Cast<int>());

        using TorchEngine engine = Build(golden, config, joins);
        DelayPattern pattern = config.CreatePattern(frames);
        GenerationOptions options = Options(golden.Case.GetProperty("generation_params"));
        using ILeLmSequence sequence = engine.Start(GoldenLeLm.Preparer(file, config), song, pattern.Columns - 1);
        var session = new GenerationSession(
            config, frames, options, seed: 1, PromptCodes.Banned(song.Prompt, config))
        { PicksAll = true };
        float[] conditional = new float[codebooks * classes], unconditional = new float[conditional.Length];
        var guided = new List<float[]>();
        sequence.ReadPrefix(cancellationToken: ct);
        List<int> picks = [], taken = [];
        var margins = new List<float>();
        var frame = new int[codebooks];
        while (!session.Ended)
        {
            sequence.Read(session.TakeUnreadColumns(), conditional, unconditional, session.Heads, ct);
            guided.Add(new float[conditional.Length]);
            LogitsFilter.Guide(conditional, unconditional, options.Guidance!.Value, guided[^1]);
            session.Pick(conditional, unconditional);
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
            golden.AssertClose("step_logits", [.. guided.SelectMany(step => step)], Tolerance);
        }
        else
        {
            (float Value, int Id)[] top = [.. guided.SelectMany(step => step.Chunk(classes)).SelectMany(row =>
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

    private static TorchEngine Build(GoldenReader golden, LeLmConfig config, bool joins)
    {
        var source = new ScaledSource(golden.Metadata.GetValueOrDefault("weight_prefix", ""),
            golden.Case.GetProperty("weight_scales"));
        return TorchEngine.Build(source, config, CPU, ScalarType.Float32, "the golden's LeLM", joins);
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

        public Tensor? Find(TensorInfo tensor)
        {
            Tensor value = source.Find(tensor)!;
            foreach (JsonElement scale in scales.EnumerateArray().Where(scale => scale[0].GetString() == tensor.Name))
            {
                using Tensor part =
                    scale[1].ValueKind == JsonValueKind.Null ? value.alias() : value[scale[1].GetInt64()];
                part.mul_(scale[2].GetSingle());
            }
            return value;
        }
    }
}
