using System.Text.Json;
using LeVo.Core.Generation;
using LeVo.Testing;

namespace LeVo.Core.Tests.Generation;

/// <summary>Guidance, penalty, bans and filters against the original's numbers (kind <c>sampler</c>).</summary>
[Trait("Category", "Golden")]
public sealed class SamplerGoldenTests
{
    public static TheoryData<string, string> Cases => GoldenReader.Cases("sampler");

    [Fact]
    public void EveryTensorBelongsToACase() => GoldenReader.AssertNoStrangers("sampler");

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void NumbersMatch(string file, string name)
    {
        using var golden = new GoldenReader(file, name);
        JsonElement settings = golden.Case;
        int codebooks = (int)golden.Shape("cond")[1], classes = (int)golden.Shape("cond")[2];
        var options = new GenerationOptions
        {
            Temperature = settings.GetProperty("temp").GetDouble(),
            TopK = settings.GetProperty("top_k").GetInt32(),
            TopP = settings.GetProperty("top_p").GetDouble(),
            Guidance = settings.GetProperty("cfg_coef").GetDouble(),
            UseSampling = settings.GetProperty("use_sampling").GetBoolean(),
            RepetitionWindow = 0, // The stored pool is windowed already.
        };
        int[] pool = golden.Has("pool") ? golden.Ints("pool") : [];
        int[] banned = golden.Has("ignore") ? golden.Ints("ignore") : [];

        var sampler = new Sampler(codebooks, classes, options, seed: 1);
        sampler.Guide(golden.Floats("cond"), golden.Floats("uncond"));
        int[] picks = [.. Enumerable.Range(0, codebooks).Select(q => sampler.Pick(q, Recent(q), banned, step: 0))];
        golden.AssertClose("logits", sampler.Logits, 1e-5f);

        var greedy = new Sampler(codebooks, classes, options with { UseSampling = false }, seed: 1);
        greedy.Guide(golden.Floats("cond"), golden.Floats("uncond"));
        Assert.Equal(golden.Ints("greedy"),
            Enumerable.Range(0, codebooks).Select(q => greedy.Pick(q, Recent(q), banned, 0)));

        AssertSeeded(golden, options.Guidance!.Value, sampler.Logits);

        Assert.Equal(settings.GetProperty("mode").GetString() == "greedy", sampler.IsGreedy);
        if (sampler.IsGreedy)
        {
            Assert.Equal(golden.Ints("greedy"), picks);
            golden.AssertAllRead();
            return;
        }
        float[] all = new float[codebooks * classes], kept = new float[codebooks * classes];
        for (int q = 0; q < codebooks; q++)
        {
            Span<float> before = all.AsSpan(q * classes, classes), row = kept.AsSpan(q * classes, classes);
            LogitsFilter.Softmax(sampler.Logits.Slice(q * classes, classes), options.Temperature!.Value, before);
            before.CopyTo(row);
            sampler.Keep(row, q);
            Assert.Equal(settings.GetProperty("kept_per_codebook")[q].GetInt32(), row.Length - row.Count(0f));
            Assert.True(row[picks[q]] > 0);
        }
        golden.AssertClose("probs", all, 1e-6f);
        golden.AssertClose("final_probs", kept, 1e-6f);
        if (golden.Has("sorted_probs"))
        {
            float[] sorted = [.. kept.Chunk(classes).SelectMany(row => row.OrderDescending())];
            golden.AssertClose("sorted_probs", sorted, 1e-6f);
        }
        golden.AssertAllRead();

        int[] Recent(int codebook) => [.. pool.Chunk(codebooks).Select(column => column[codebook])];
    }

    /// <summary>What guidance switches off or a ban covers leaves no trace in the outputs: its seed tells what it
    /// should be.</summary>
    private static void AssertSeeded(GoldenReader golden, double guidance, ReadOnlySpan<float> logits)
    {
        if (!golden.Case.TryGetProperty("seeds", out JsonElement seeds))
            return;
        for (int branch = 0; branch < 2; branch++)
        {
            float[] values = golden.Floats(branch == 0 ? "cond" : "uncond");
            double[] seeded = NameSeeded.Uniform(seeds[branch].GetString()!, values.Length);
            for (int i = 0; i < values.Length; i++)
            {
                if (guidance == branch || float.IsNegativeInfinity(logits[i]))
                    Assert.Equal(4 * seeded[i], values[i], 1e-6);
            }
        }
    }
}
