using System.Runtime.ExceptionServices;
using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>
/// A sequence of the <see cref="CpuEngine"/> with the KV caches of both guidance branches. Steps do not allocate.
/// </summary>
internal sealed class CpuSequence : ILeLmSequence
{
    /// <summary>The guidance branches: conditional and unconditional.</summary>
    public const int Branches = 2;

    private readonly CpuEngine engine;
    private readonly ConditionIds given, absent;
    private readonly KvCache conditional, unconditional;
    private readonly int[] column;
    private readonly float[] logits, scratch;

    public CpuSequence(CpuEngine engine, ConditionIds given, ConditionIds absent, int columns)
    {
        (this.engine, this.given, this.absent) = (engine, given, absent);
        LeLmConfig config = engine.Config;
        int positions = config.PrefixLength + columns;
        (conditional, unconditional) = (new(config, positions), new(config, positions));
        column = new int[config.Codebooks];
        logits = new float[Branches * config.Codebooks * config.Classes];
        scratch = new float[config.Width];
        lock (engine.Queue.Gate)
            engine.Model.Grow(positions);
    }

    /// <summary>Whether a step is queued.</summary>
    internal bool Pending { get; set; }

    /// <summary>The exception of the last step if it failed, or null.</summary>
    internal ExceptionDispatchInfo? Failure { get; set; }

    public void ReadPrefix(Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        int total = engine.Config.PrefixLength;
        bool known;
        lock (engine.Queue.Gate)
            known = engine.NullPrefixes.TryLoad(absent, unconditional);
        while (conditional.Length < total)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (engine.Queue.Gate)
                ReadPrefix(total, both: !known);
            progress?.Invoke(conditional.Length);
        }
        if (!known)
        {
            lock (engine.Queue.Gate)
                engine.NullPrefixes.Keep(absent, unconditional);
        }
    }

    public void Read(ReadOnlySpan<int> columns, Span<float> conditionalLogits, Span<float> unconditionalLogits,
        CancellationToken cancellationToken = default)
    {
        int count = columns.Length / column.Length;
        if (count == 1)
        {
            columns.CopyTo(column);
            engine.Queue.Step(this);
        }
        for (int s = 0; count > 1 && s < count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (engine.Queue.Gate)
                s = ReadColumns(columns, s, count);
        }
        int half = logits.Length / Branches;
        logits.AsSpan(0, half).CopyTo(conditionalLogits);
        logits.AsSpan(half).CopyTo(unconditionalLogits);
    }

    public void Dispose()
    {
        conditional.Dispose();
        unconditional.Dispose();
    }

    /// <summary>Adds the column to a pass, one row per branch.</summary>
    internal void Place(LeLm model, TokenEmbedder tokens)
    {
        int row = model.Rows.Add(conditional), other = model.Rows.Add(unconditional);
        tokens.Embed(column, model.MixedInput(row), model.TrackInput(row), scratch);
        model.MixedInput(row).CopyTo(model.MixedInput(other));
        model.TrackInput(row).CopyTo(model.TrackInput(other));
    }

    /// <summary>Copies the logits of the sequence's rows.</summary>
    /// <param name="model">The model after a pass.</param>
    /// <param name="first">Index of the sequence's first row among those whose heads were evaluated.</param>
    internal void CopyLogits(LeLm model, int first)
    {
        int classes = engine.Config.Classes;
        for (int i = 0; i < Branches * column.Length; i++)
        {
            model.Logits(first + i / column.Length, i % column.Length)
                .CopyTo(logits.AsSpan(i * classes, classes));
        }
    }

    private void ReadPrefix(int total, bool both)
    {
        LeLm model = engine.Model;
        model.Rows.Clear();
        int room = model.Rows.Room / (both ? Branches : 1);
        AddPositions(model, conditional, given, Math.Min(room, total - conditional.Length));
        if (both)
            AddPositions(model, unconditional, absent, Math.Min(room, total - unconditional.Length));
        model.Run();
    }

    /// <summary>Processes as many columns as fit into one pass and copies the logits of the last one.</summary>
    /// <returns>The next column.</returns>
    private int ReadColumns(ReadOnlySpan<int> columns, int first, int count)
    {
        LeLm model = engine.Model;
        model.Rows.Clear();
        int end = Math.Min(count, first + model.Rows.Room / Branches);
        Span<int> last = stackalloc int[Branches];
        // A branch's rows are consecutive, so that attention reads its cache once for several rows.
        for (int branch = 0; branch < Branches; branch++)
        {
            for (int s = first; s < end; s++)
            {
                for (int k = 0; k < column.Length; k++)
                    column[k] = columns[k * count + s];
                int row = last[branch] = model.Rows.Add(branch == 0 ? conditional : unconditional);
                engine.Tokens.Embed(column, model.MixedInput(row), model.TrackInput(row), scratch);
            }
        }
        model.Run();
        if (end == count)
        {
            model.Heads(last);
            CopyLogits(model, 0);
        }
        return end;
    }

    private void AddPositions(LeLm model, KvCache cache, ConditionIds conditions, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int position = cache.Length, row = model.Rows.Add(cache);
            engine.Conditions.Embed(conditions, position, model.MixedInput(row), model.TrackInput(row), scratch);
        }
    }
}
