using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.LanguageModel;

public sealed class LeLmTests
{
    private const long Batch = 2, Prefix = 4, Columns = 9;

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 0.2)]
    public void DecodingStepByStepEqualsOneForward(ScalarType dtype, double tolerance)
    {
        using var seeded = new SeededLeLm(SeededLeLm.Tiny, dtype: dtype);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor ids = seeded.Columns("ids", Batch, Columns);
        ConditionPrefix prefix = PrefixOf(seeded, dtype);
        Tensor whole = seeded.Model.Forward(ids, prefix).Logits;
        using KvCache cache = Cache(seeded, dtype);
        for (int s = 0; s < Columns; s++)
        {
            using LeLmOutput step = seeded.Model.Forward(ids.narrow(2, s, 1), s == 0 ? prefix : null, cache, lastOnly: true);
            AssertClose(whole.narrow(2, s, 1), step.Logits, tolerance);
        }
        Assert.Equal(Prefix + Columns, cache.Position);
        Assert.Equal(ScalarType.Float32, whole.dtype);
    }

    [Theory]
    [InlineData(1, 3, 5)]
    [InlineData(6, 2, 1)]
    [InlineData(4, 5, 0)]
    public void PrefillInChunksEqualsOnePrefill(int first, int second, int third)
    {
        using var seeded = new SeededLeLm(SeededLeLm.Tiny);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor ids = seeded.Columns("ids", Batch, Columns);
        ConditionPrefix prefix = PrefixOf(seeded);
        Tensor whole = seeded.Model.Forward(ids, prefix).Logits;
        using KvCache cache = Cache(seeded);
        int at = 0;
        foreach (int count in (int[])[first, second, third])
        {
            if (count == 0)
                continue;
            Tensor chunk = seeded.Model.Forward(ids.narrow(2, at, count), at == 0 ? prefix : null, cache).Logits;
            AssertClose(whole.narrow(2, at, count), chunk, 1e-5);
            at += count;
        }
    }

    [Fact]
    public void AResetCacheStartsAfresh()
    {
        using var seeded = new SeededLeLm(SeededLeLm.Tiny);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using KvCache cache = Cache(seeded);
        seeded.Model.Forward(seeded.Columns("other", Batch, Columns), PrefixOf(seeded), cache);
        cache.Reset();
        Tensor ids = seeded.Columns("ids", Batch, 3);
        AssertClose(seeded.Model.Forward(ids).Logits, seeded.Model.Forward(ids, cache: cache).Logits, 1e-5);
    }

    [Fact]
    public void TheCacheRefusesWhatItCannotHold()
    {
        using var seeded = new SeededLeLm(SeededLeLm.Tiny);
        using var scope = NewDisposeScope();
        using KvCache cache = Cache(seeded);
        Tensor ids = seeded.Columns("ids", Batch, Columns);
        Assert.Throws<InvalidOperationException>(() => seeded.Model.Forward(ids, cache: cache));
        using var noGradient = no_grad();
        Assert.Throws<InvalidOperationException>(
            () => seeded.Model.Forward(seeded.Columns("ids", 1, 1), cache: cache));
        seeded.Model.Forward(ids, PrefixOf(seeded), cache);
        Assert.Throws<InvalidOperationException>(() => seeded.Model.Forward(ids.narrow(2, 0, 1), cache: cache));
        Assert.Throws<ArgumentException>(() => seeded.Model.Forward(ids, PrefixOf(seeded), cache));
        Assert.Throws<ArgumentException>(() => seeded.Model.Forward(ids.narrow(1, 0, 2)));
    }

    /// <summary>Which columns an output depends on, read off the gradients of what each stack is given.</summary>
    [Fact]
    public void NoOutputHearsTheFuture()
    {
        using var seeded = new SeededLeLm(SeededLeLm.Tiny);
        using var scope = NewDisposeScope();
        // Every cell of a codebook has its own id, so a table's row is a column.
        long columns = seeded.Config.InputRows;
        Tensor ids = arange(columns, int64).expand(1, seeded.Config.Codebooks, columns);
        string[] tables = ["emb.0.weight", "layer2_emb.1.weight", "layer2_emb.2.weight"];
        foreach (string table in tables)
            seeded.Parameters[table].requires_grad = true;
        ConditionPrefix prefix = seeded.Prefix("prefix", 1, Prefix);
        prefix.Mixed.requires_grad = prefix.Tracks.requires_grad = true;
        const long Heard = 6;
        for (int q = 0; q < seeded.Config.Codebooks; q++)
        {
            Tensor logits = seeded.Model.Forward(ids, prefix).Logits;
            // The square, because the sum over classes could cancel by chance.
            logits[0, q, Heard].square().sum().backward();
            for (int k = 0; k < tables.Length; k++)
            {
                Tensor? gradient = seeded.Parameters[tables[k]].grad;
                bool reads = q > 0 || k == 0;
                for (long column = 0; column < columns; column++)
                {
                    bool reached = gradient is not null && gradient[column].abs().sum().item<float>() > 0;
                    Assert.True(reached == (reads && column <= Heard), $"codebook {q}, table {k}, column {column}: {reached}");
                }
                gradient?.zero_();
            }
        }
        Assert.True(prefix.Mixed.grad!.abs().sum(2).gt(0).all().item<bool>());
        Assert.True(prefix.Tracks.grad!.abs().sum(2).gt(0).all().item<bool>());
    }

    [Fact]
    public void TheSplitForwardsEqualTheWhole()
    {
        using var seeded = new SeededLeLm(SeededLeLm.Tiny);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor ids = seeded.Columns("ids", Batch, Columns);
        ConditionPrefix prefix = PrefixOf(seeded);
        Tensor whole = seeded.Model.Forward(ids, prefix).Logits;
        Tensor mixed = seeded.Model.ReadMixed(ids, prefix), tracks = seeded.Model.ReadTracks(ids, mixed, prefix).TrackHidden;
        for (int q = 0; q < seeded.Config.Codebooks; q++)
        {
            Tensor hidden = (q == 0 ? mixed : tracks).narrow(1, prefix.Length, Columns);
            AssertClose(whole.select(1, q), seeded.Model.Logits(q, hidden), 0);
        }
    }

    [Fact]
    public void AFrozenFirstStackGetsNoGradient()
    {
        using var seeded = new SeededLeLm(SeededLeLm.Tiny);
        using var scope = NewDisposeScope();
        foreach ((_, var parameter) in seeded.Parameters.Trainable)
            parameter.requires_grad = true;
        Tensor ids = seeded.Columns("ids", Batch, Columns);
        ConditionPrefix prefix = PrefixOf(seeded);
        Tensor hidden;
        using (no_grad())
            hidden = seeded.Model.ReadMixed(ids, prefix);
        Tensor tracks = seeded.Model.ReadTracks(ids, hidden, prefix).TrackHidden;
        seeded.Model.Logits(1, tracks).square().mean().backward();
        Assert.Null(seeded.Parameters["transformer.model.layers.0.self_attn.q_proj.weight"].grad);
        Assert.Null(seeded.Parameters["emb.0.weight"].grad);
        Assert.NotNull(seeded.Parameters["transformer2.model.layers.0.self_attn.q_proj.weight"].grad);
        Assert.NotNull(seeded.Parameters["mlp.0.weight"].grad);
    }

    [Fact]
    public void TrainingWorksAfterGeneratingInInferenceMode()
    {
        using var seeded = new SeededLeLm(SeededLeLm.Tiny);
        using var scope = NewDisposeScope();
        Tensor ids = seeded.Columns("ids", Batch, Columns);
        using (inference_mode())
            seeded.Model.Forward(ids);
        var weight = seeded.Parameters["transformer.model.layers.0.self_attn.q_proj.weight"];
        weight.requires_grad = true;
        seeded.Model.Forward(ids).Logits.square().mean().backward();
        Assert.NotNull(weight.grad);
    }

    [Fact]
    public void AForwardLeavesNothingBehind()
    {
        using var seeded = new SeededLeLm(SeededLeLm.Tiny);
        using Tensor ids = seeded.Columns("ids", Batch, Columns);
        using Tensor start = seeded.Columns("start", Batch, 2);
        using Tensor column = seeded.Columns("column", Batch, 1);
        using ConditionPrefix prefix = PrefixOf(seeded);
        using var noGradient = no_grad();
        using KvCache cache = Cache(seeded);
        seeded.Model.Forward(ids, prefix).Dispose();
        long before = Live();
        for (int i = 0; i < 3; i++)
        {
            cache.Reset();
            seeded.Model.Forward(start, prefix, cache).Dispose();
            seeded.Model.Forward(column, null, cache, lastOnly: true).Dispose();
            seeded.Model.ReadMixed(ids, prefix).Dispose();
        }
        Assert.Equal(before, Live());
    }

    private static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static ConditionPrefix PrefixOf(SeededLeLm seeded, ScalarType dtype = ScalarType.Float32)
    {
        ConditionPrefix prefix = seeded.Prefix("prefix", Batch, Prefix);
        return dtype == ScalarType.Float32 ? prefix : new(prefix.Mixed.to(dtype), prefix.Tracks.to(dtype));
    }

    private static KvCache Cache(SeededLeLm seeded, ScalarType dtype = ScalarType.Float32) =>
        new(seeded.Config, Batch, Prefix + Columns, CPU, dtype);

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        double difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference <= tolerance, $"off by {difference:g4}");
    }
}
