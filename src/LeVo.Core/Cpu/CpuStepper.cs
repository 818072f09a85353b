using System.Runtime.ExceptionServices;
using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>One session on the <see cref="CpuEngine"/>: the caches of both guidance branches. A step allocates
/// nothing.</summary>
internal sealed class CpuStepper : ILogitsStepper
{
    /// <summary>With the conditions and without.</summary>
    public const int Branches = 2;

    private readonly CpuEngine engine;
    private readonly ConditionIds song, nothing;
    private readonly KvCache conditional, unconditional;
    private readonly int[] column;
    private readonly float[] logits, scratch;

    public CpuStepper(CpuEngine engine, ConditionIds song, ConditionIds nothing, int columns)
    {
        (this.engine, this.song, this.nothing) = (engine, song, nothing);
        LeLmConfig config = engine.Config;
        int positions = config.PrefixLength + columns;
        (conditional, unconditional) = (new(config, positions), new(config, positions));
        column = new int[config.Codebooks];
        logits = new float[Branches * config.Codebooks * config.Classes];
        scratch = new float[config.Width];
        lock (engine.Queue.Gate)
            engine.Pass.Grow(positions);
    }

    /// <summary>Whether a step waits to be computed.</summary>
    internal bool Pending { get; set; }

    /// <summary>What became of the last step, if it failed.</summary>
    internal ExceptionDispatchInfo? Failure { get; set; }

    public void Prefill(ReadOnlySpan<int> columns, Span<float> conditionalLogits, Span<float> unconditionalLogits,
        Action<int>? heard = null, CancellationToken cancellationToken = default)
    {
        int total = engine.Config.PrefixLength;
        bool known;
        lock (engine.Queue.Gate)
            known = engine.NullPrefixes.TryLoad(nothing, unconditional);
        while (conditional.Length < total)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (engine.Queue.Gate)
                ReadPrefix(total, both: !known);
            heard?.Invoke(conditional.Length);
        }
        if (!known)
        {
            lock (engine.Queue.Gate)
                engine.NullPrefixes.Keep(nothing, unconditional);
        }
        int count = columns.Length / column.Length;
        for (int s = 0; s < count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (engine.Queue.Gate)
                s = ReadColumns(columns, s, count);
        }
        Give(conditionalLogits, unconditionalLogits);
    }

    public void Step(ReadOnlySpan<int> ids, Span<float> conditionalLogits, Span<float> unconditionalLogits)
    {
        ids.CopyTo(column);
        engine.Queue.Step(this);
        Give(conditionalLogits, unconditionalLogits);
    }

    public void Dispose()
    {
        conditional.Dispose();
        unconditional.Dispose();
    }

    /// <summary>Puts the column into a pass, a row for each branch.</summary>
    internal void Place(LeLmPass pass, ConditionTables tables)
    {
        int row = pass.Rows.Add(conditional), other = pass.Rows.Add(unconditional);
        tables.Column(column, pass.First(row), pass.Second(row), scratch);
        pass.First(row).CopyTo(pass.First(other));
        pass.Second(row).CopyTo(pass.Second(other));
    }

    /// <summary>Takes the logits of its rows.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="first">The first of its rows among those whose heads were evaluated.</param>
    internal void Take(LeLmPass pass, int first)
    {
        int classes = engine.Config.Classes;
        for (int i = 0; i < Branches * column.Length; i++)
        {
            pass.Logits(first + i / column.Length, i % column.Length)
                .CopyTo(logits.AsSpan(i * classes, classes));
        }
    }

    private void Give(Span<float> conditionalLogits, Span<float> unconditionalLogits)
    {
        int half = logits.Length / Branches;
        logits.AsSpan(0, half).CopyTo(conditionalLogits);
        logits.AsSpan(half).CopyTo(unconditionalLogits);
    }

    private void ReadPrefix(int total, bool both)
    {
        LeLmPass pass = engine.Pass;
        pass.Rows.Clear();
        int room = pass.Rows.Room / (both ? Branches : 1);
        Fill(pass, conditional, song, Math.Min(room, total - conditional.Length));
        if (both)
            Fill(pass, unconditional, nothing, Math.Min(room, total - unconditional.Length));
        pass.Run();
    }

    /// <summary>Reads as many columns as go into a pass, and the logits of the last one.</summary>
    /// <returns>The next column.</returns>
    private int ReadColumns(ReadOnlySpan<int> columns, int first, int count)
    {
        LeLmPass pass = engine.Pass;
        pass.Rows.Clear();
        int end = Math.Min(count, first + pass.Rows.Room / Branches);
        Span<int> last = stackalloc int[Branches];
        // A branch's rows follow one another, so that attention reads its cache once for several of them.
        for (int branch = 0; branch < Branches; branch++)
        {
            for (int s = first; s < end; s++)
            {
                for (int k = 0; k < column.Length; k++)
                    column[k] = columns[k * count + s];
                int row = last[branch] = pass.Rows.Add(branch == 0 ? conditional : unconditional);
                engine.Tables.Column(column, pass.First(row), pass.Second(row), scratch);
            }
        }
        pass.Run();
        if (end == count)
        {
            pass.Heads(last);
            Take(pass, 0);
        }
        return end;
    }

    private void Fill(LeLmPass pass, KvCache cache, ConditionIds conditions, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int position = cache.Length, row = pass.Rows.Add(cache);
            engine.Tables.Prefix(conditions, position, pass.First(row), pass.Second(row), scratch);
        }
    }
}
