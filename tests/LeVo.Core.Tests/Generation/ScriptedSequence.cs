using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Numerics;

namespace LeVo.Core.Tests.Generation;

/// <summary>A model whose logits follow from everything it has read: a hash of the columns, with a chosen chance of the
/// end. Any slip in what is fed to it changes all that follows.</summary>
internal sealed class ScriptedSequence(LeLmConfig config, ulong seed = 1, double endChance = 0) : ILeLmSequence
{
    private readonly Queue<int> announced = [];
    private ulong state = seed;

    public static LeLmConfig Tiny { get; } =
        new() { CodeSize = 16, Delays = [0, 3, 3], FrameRate = 25, MaxSeconds = 4 };

    public List<int[]> Columns { get; } = [];

    public bool IsDisposed { get; private set; }

    /// <summary>Called before columns are read.</summary>
    public Action? Reading { get; init; }

    public void ReadPrefix(Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        Assert.Empty(Columns);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Read(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
        LeLmHeads heads = LeLmHeads.All, CancellationToken cancellationToken = default)
    {
        Reading?.Invoke();
        int count = columns.Length / config.Codebooks;
        if (announced.TryDequeue(out int mixed))
        {
            Assert.Equal([mixed], columns[..count].ToArray());
            Assert.False(heads.HasFlag(LeLmHeads.Mixed));
        }
        for (int s = 0; s < count; s++)
        {
            var column = new int[config.Codebooks];
            for (int q = 0; q < column.Length; q++)
                column[q] = columns[q * count + s];
            Take(column);
        }
        Fill(conditional, unconditional);
    }

    public void Announce(ReadOnlySpan<int> mixed)
    {
        Assert.Empty(announced);
        foreach (int id in mixed)
            announced.Enqueue(id);
    }

    public void Dispose() => IsDisposed = true;

    private void Take(ReadOnlySpan<int> column)
    {
        Assert.False(IsDisposed);
        Columns.Add(column.ToArray());
        foreach (int id in column)
            state = (state ^ (ulong)id) * 0x9E3779B97F4A7C15;
    }

    private void Fill(Span<float> conditional, Span<float> unconditional)
    {
        var random = new PositionRandom(state);
        int classes = config.Classes;
        for (int q = 0; q < config.Codebooks; q++)
        {
            for (int c = 0; c < classes; c++)
            {
                conditional[q * classes + c] = (float)(8 * random.Next(c, q) - 4);
                unconditional[q * classes + c] = (float)(random.Next(c, 100 + q) - 0.5);
            }
            bool ends = random.Next(classes, q) < endChance;
            conditional[q * classes + config.EosId] = unconditional[q * classes + config.EosId] = ends ? 50 : -50;
        }
    }
}
