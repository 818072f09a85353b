using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Testing;

namespace LeVo.Core.Tests.Cpu;

/// <summary>How the engine behaves, whatever its weights are.</summary>
public sealed class CpuEngineTests
{
    private static readonly LeLmConfig Config = CpuModel.Small;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Reading columns one by one or in a few passes is the same to the last bit.</summary>
    [Theory]
    [InlineData(8, "float16")]
    [InlineData(4, "float16")]
    [InlineData(8, "int8")]
    public void StepsEqualOnePass(int bits, string cache)
    {
        int[] columns = CpuModel.Columns("columns", Config, 9);
        using CpuEngine engine = CpuModel.Build(Config, new() { Bits = (WeightBits)bits, Threads = 2, KvFormat = KvCacheTests.Format(cache) });
        using ILeLmSequence slow = engine.Start(CpuModel.Preparer(Config), CpuModel.Song, 9), fast = engine.Start(CpuModel.Preparer(Config), CpuModel.Song, 9);
        List<float[]> each = CpuModel.Decode(slow, Config, columns, 1);
        List<float[]> last = CpuModel.Decode(fast, Config, columns, 9);
        Assert.Equal(each[^1], last[^1]);
    }

    /// <summary>Conditions and columns in small pieces or all in one pass: the same to the last bit.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(34)]
    [InlineData(128)]
    public void ChunkedPrefillEqualsOnePrefill(int rows)
    {
        int[] columns = CpuModel.Columns("columns", Config, 7);
        using CpuEngine chunked = CpuModel.Build(Config, new() { Threads = 2, MaxRows = rows });
        using CpuEngine whole = CpuModel.Build(Config, new() { Threads = 2, MaxRows = 2 * Config.PrefixLength });
        using ILeLmSequence slow = chunked.Start(CpuModel.Preparer(Config), CpuModel.Song, 7), fast = whole.Start(CpuModel.Preparer(Config), CpuModel.Song, 7);
        var results = new List<float[]>();
        Assert.Equal(1, Pieces(fast));
        Assert.True(Pieces(slow) > 1);
        Assert.Equal(results[0], results[1]);

        int Pieces(ILeLmSequence sequence)
        {
            var heard = new List<int>();
            int half = Config.Codebooks * Config.Classes;
            var logits = new float[2 * half];
            sequence.Prefill(columns, logits.AsSpan(0, half), logits.AsSpan(half), heard.Add, Ct);
            results.Add(logits);
            return heard.Count;
        }
    }

    /// <summary>The first song computes both prefixes together, the second takes the null branch's from the
    /// first.</summary>
    [Theory]
    [InlineData("float16")]
    [InlineData("int8")]
    public void AKnownNullPrefixChangesNothing(string cache)
    {
        int[] columns = CpuModel.Columns("columns", Config, 3);
        var options = new CpuEngineOptions { Threads = 2, KvFormat = KvCacheTests.Format(cache) };
        using CpuEngine engine = CpuModel.Build(Config, options), alone = CpuModel.Build(Config, options);
        using (ILeLmSequence other = engine.Start(CpuModel.Preparer(Config), CpuModel.Song with { Lyrics = "[chorus] oh oh" }, 3))
            CpuModel.Decode(other, Config, columns, 1);
        using ILeLmSequence second = engine.Start(CpuModel.Preparer(Config), CpuModel.Song, 3), first = alone.Start(CpuModel.Preparer(Config), CpuModel.Song, 3);
        Assert.Equal(CpuModel.Decode(first, Config, columns, 1)[^1], CpuModel.Decode(second, Config, columns, 1)[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ThreadsChangeNothing(int threads)
    {
        int[] columns = CpuModel.Columns("columns", Config, 3);
        using CpuEngine two = CpuModel.Build(Config), other = CpuModel.Build(Config, new() { Threads = threads });
        using ILeLmSequence a = two.Start(CpuModel.Preparer(Config), CpuModel.Song, 3), b = other.Start(CpuModel.Preparer(Config), CpuModel.Song, 3);
        Assert.Equal(CpuModel.Decode(a, Config, columns, 1)[^1], CpuModel.Decode(b, Config, columns, 1)[^1]);
    }

    /// <summary>Five sessions in one pass: rows of different sequences at different positions.</summary>
    [Theory]
    [InlineData("float16")]
    [InlineData("int8")]
    public void ABatchOfRequestsIsEachAlone(string cache)
    {
        using CpuEngine engine = CpuModel.Build(Config, new() { Threads = 2, KvFormat = KvCacheTests.Format(cache) });
        var alone = new List<float[]>();
        var sequences = new List<CpuSequence>();
        for (int i = 0; i < 5; i++)
        {
            SongCondition(i, out int[] columns, out var song);
            using ILeLmSequence sequence = engine.Start(CpuModel.Preparer(Config), song, 8);
            alone.Add(CpuModel.Decode(sequence, Config, columns, i + 1)[^1]);
            var waiting = (CpuSequence)engine.Start(CpuModel.Preparer(Config), song, 8);
            int count = columns.Length / 3;
            int[] before = [.. Enumerable.Range(0, 3).SelectMany(k => columns[(k * count)..(k * count + count - 1)])];
            CpuModel.Decode(waiting, Config, before, i + 1);
            sequences.Add(waiting);
        }
        float[][] together = Together(engine, sequences, i =>
        {
            SongCondition(i, out int[] columns, out _);
            return [.. Enumerable.Range(0, 3).Select(k => columns[(k + 1) * (columns.Length / 3) - 1])];
        });
        for (int i = 0; i < sequences.Count; i++)
        {
            Assert.Equal(alone[i], together[i]);
            sequences[i].Dispose();
        }

        static void SongCondition(int i, out int[] columns, out Core.Conditioning.SongCondition song)
        {
            columns = CpuModel.Columns($"columns {i}", Config, i + 3);
            song = CpuModel.Song with { Lyrics = $"[verse] {new string('l', i)}" };
        }
    }

    [Fact]
    public void AStepAllocatesNothing()
    {
        using CpuEngine engine = CpuModel.Build(Config, new() { Threads = 1 });
        using ILeLmSequence sequence = engine.Start(CpuModel.Preparer(Config), CpuModel.Song, 300);
        int[] columns = CpuModel.Columns("columns", Config, 1);
        var logits = new float[Config.Codebooks * Config.Classes];
        var other = new float[logits.Length];
        sequence.Prefill(columns, logits, other, null, Ct);
        for (int i = 0; i < 60; i++)
            sequence.Read(columns, logits, other, cancellationToken: Ct);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
            sequence.Read(columns, logits, other, cancellationToken: Ct);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void ConditionsAreReadInPiecesThatTellProgressAndStop()
    {
        using CpuEngine engine = CpuModel.Build(Config);
        float[] logits = new float[Config.Codebooks * Config.Classes], other = new float[logits.Length];
        int[] columns = CpuModel.Columns("columns", Config, 1);
        using var cancellation = new CancellationTokenSource();
        using ILeLmSequence stopped = engine.Start(CpuModel.Preparer(Config), CpuModel.Song, 4);
        var heard = new List<int>();
        Assert.Throws<OperationCanceledException>(() => stopped.Prefill(columns, logits, other, read =>
        {
            heard.Add(read);
            cancellation.Cancel();
        }, cancellation.Token));
        Assert.Equal([64], heard);
        heard.Clear();
        using ILeLmSequence sequence = engine.Start(CpuModel.Preparer(Config), CpuModel.Song, 4);
        sequence.Prefill(columns, logits, other, heard.Add, Ct);
        Assert.Equal([64, 128, 159], heard);
    }

    [Fact]
    public void AFullCacheIsAClearError()
    {
        using CpuEngine engine = CpuModel.Build(Config);
        using ILeLmSequence sequence = engine.Start(CpuModel.Preparer(Config), CpuModel.Song, 2);
        int[] columns = CpuModel.Columns("columns", Config, 3);
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
            () => CpuModel.Decode(sequence, Config, columns, 1));
        Assert.Contains("161 positions", refused.Message);
    }

    [Fact]
    public void MissingAndMisshapenTensorsAreAllListed()
    {
        var source = new SeededFloats(Config);
        source.Replace("mlp.0.bias", null);
        source.Replace("transformer.lm_head.weight", new float[6], 2, 3);
        source.Replace("emb.0.weight", null);
        ModelLoadException refused =
            Assert.Throws<ModelLoadException>(() => CpuModel.Build(Config, source: source));
        Assert.Equal(3, refused.Problems.Count);
        Assert.Contains(refused.Problems, p => p == "'transformer.lm_head.weight' has shape [2, 3], not [62, 96]");
        Assert.True(source.IsDisposed);
    }

    /// <summary>What was made before the fault is undone: the workers have ended.</summary>
    [Fact]
    public void AFaultWhileLoadingLeavesNoWorkers()
    {
        using var source = new BrokenFloats(new(Config), "transformer.model.layers.1.self_attn.q_proj.weight", 3);
        Assert.Throws<IOException>(() => CpuEngine.Build(
            source, Config, new() { Threads = 3 }, "a test"));
        Thread[] workers = [.. source.Readers.Where(thread => thread != Thread.CurrentThread)];
        Assert.Equal(2, workers.Length);
        Assert.All(workers, worker => Assert.False(worker.IsAlive));
    }

    /// <summary>Both engines name the same tensors, and give them the same shapes.</summary>
    [Fact]
    public void BothEnginesReadTheSameTensors()
    {
        using var seeded = new SeededLeLm(Config);
        string[] used = [.. seeded.Parameters.All.Select(entry => entry.Key).Order(StringComparer.Ordinal)];
        using var floats = new SeededFloats(Config);
        Assert.Equal(used, floats.Names.Order(StringComparer.Ordinal));
    }

    /// <summary>All sessions' steps at once, as one batch: the gate is held until all of them wait.</summary>
    private static float[][] Together(CpuEngine engine, List<CpuSequence> sequences, Func<int, int[]> column)
    {
        int half = Config.Codebooks * Config.Classes;
        var results = new float[sequences.Count][];
        Thread[] threads;
        lock (engine.Queue.Gate)
        {
            threads = [.. sequences.Select((sequence, i) => new Thread(() =>
            {
                results[i] = new float[2 * half];
                sequence.Read(column(i), results[i].AsSpan(0, half), results[i].AsSpan(half));
            }))];
            foreach (Thread thread in threads)
                thread.Start();
            SpinWait.SpinUntil(() => engine.Queue.Waiting == sequences.Count);
        }
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Equal(sequences.Count, engine.Queue.LargestBatch);
        return results;
    }
}
