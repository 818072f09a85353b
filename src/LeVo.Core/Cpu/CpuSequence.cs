using System.Runtime.ExceptionServices;
using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>
/// A sequence of the <see cref="CpuEngine"/> with the KV caches of both guidance branches. Stack 2 waits while only mixed
/// ids are picked, and then processes the waiting columns in few passes; stack 1 processes announced columns in few passes.
/// Steps do not allocate.
/// </summary>
internal sealed partial class CpuSequence : ILeLmSequence
{
    /// <summary>The guidance branches: conditional and unconditional.</summary>
    public const int Branches = 2;

    private readonly CpuEngine engine;
    private readonly ConditionIds given, absent;
    private readonly BranchCache[] caches;
    private readonly WaitingColumns waiting;
    private readonly int[] column, mixedRows = new int[Branches], trackRows = new int[Branches];
    private readonly float[] logits, scratch;

    /// <summary>Announced columns that were not read yet: the last ones of those that wait.</summary>
    private int announced;

    public CpuSequence(CpuEngine engine, ConditionIds given, ConditionIds absent, int columns)
    {
        (this.engine, this.given, this.absent) = (engine, given, absent);
        LeLmConfig config = engine.Config;
        int positions = config.PrefixLength + columns;
        caches = [new(config, engine.KvFormat, columns), new(config, engine.KvFormat, columns)];
        waiting = new(config.Codebooks, config.Width);
        column = new int[config.Codebooks];
        logits = new float[Branches * config.Codebooks * config.Classes];
        scratch = new float[config.Width];
        lock (engine.Queue.Gate)
            engine.Model.Grow(positions);
    }

    /// <summary>Whether a step is queued.</summary>
    internal bool Pending { get; set; }

    /// <summary>The heads that the queued step needs.</summary>
    internal LeLmHeads Heads { get; private set; }

    /// <summary>The queued step's rows of stack 1, one per branch.</summary>
    internal ReadOnlySpan<int> MixedRows => mixedRows;

    /// <summary>The queued step's rows of stack 2, one per branch.</summary>
    internal ReadOnlySpan<int> TrackRows => trackRows;

    /// <summary>Index of the queued step's first row among those whose mixed head is evaluated.</summary>
    internal int FirstMixed { private get; set; }

    /// <summary>The same of the tracks' heads.</summary>
    internal int FirstTracks { private get; set; }

    /// <summary>The exception of the last step if it failed, or null.</summary>
    internal ExceptionDispatchInfo? Failure { get; set; }

    /// <summary>Bytes of memory of the KV caches that no other sequence uses.</summary>
    internal long OwnBytes => caches.Sum(cache => cache.OwnBytes);

    /// <summary>Columns that stack 2 can process.</summary>
    private int Flushable => waiting.Count - announced;

    public void ReadPrefix(Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        using SongPrefixes.Turn turn = engine.SongPrefixes.Enter(given, cancellationToken);
        int total = engine.Config.PrefixLength;
        bool known = turn.TryShare(caches[0]), knownNull;
        lock (engine.Queue.Gate)
            knownNull = engine.NullPrefixes.TryShare(absent, caches[1]);
        foreach (BranchCache cache in caches)
            cache.CreatePrefix();
        while (caches.Min(cache => cache.Mixed.Length) is var length && length < total)
        {
            if (length > 0)
                progress?.Invoke(length);
            cancellationToken.ThrowIfCancellationRequested();
            lock (engine.Queue.Gate)
                ReadPrefix(total);
        }
        progress?.Invoke(total);
        if (!known)
            turn.Keep(caches[0]);
        if (!knownNull)
        {
            lock (engine.Queue.Gate)
                engine.NullPrefixes.Keep(absent, caches[1]);
        }
    }

    public void Read(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
        LeLmHeads heads = LeLmHeads.All, CancellationToken cancellationToken = default)
    {
        int count = columns.Length / column.Length;
        if (count == 1)
            Step(columns, heads, cancellationToken);
        else
            ReadColumns(columns, count, heads, cancellationToken);
        int half = logits.Length / Branches;
        logits.AsSpan(0, half).CopyTo(conditional);
        logits.AsSpan(half).CopyTo(unconditional);
    }

    public void Announce(ReadOnlySpan<int> mixed)
    {
        for (int start = 0; start < mixed.Length;)
        {
            lock (engine.Queue.Gate)
            {
                int count = Math.Min(mixed.Length - start, engine.Model.MaxRows / Branches);
                Announce(engine.Model, mixed.Slice(start, count));
                start += count;
            }
        }
    }

    public void Dispose()
    {
        engine.Queue.Leave(this);
        foreach (BranchCache cache in caches)
            cache.Dispose();
        waiting.Dispose();
    }

    /// <summary>Adds the queued step to a pass, one row per branch in each stack that has to process it.</summary>
    internal void Place(LeLm model)
    {
        bool known = announced > 0, tracks = Heads.Includes(LeLmHeads.Tracks);
        for (int branch = 0; branch < Branches; branch++)
        {
            if (!known)
                mixedRows[branch] = AddMixed(model, branch, column[0]);
            if (tracks)
            {
                trackRows[branch] =
                    known ? AddWaiting(model, branch, 0, column) : AddTracks(model, branch, column, mixedRows[branch]);
            }
        }
    }

    /// <summary>Takes the results of the queued step.</summary>
    /// <param name="model">The model after a pass.</param>
    internal void Complete(LeLm model)
    {
        bool known = announced > 0;
        if (Heads.Includes(LeLmHeads.Tracks))
        {
            if (known)
                waiting.Remove(1);
        }
        else
        {
            int last = known ? waiting.Count - announced : waiting.Add();
            column.CopyTo(waiting.Ids(last));
            for (int branch = 0; !known && branch < Branches; branch++)
                model.MixedHidden(mixedRows[branch]).CopyTo(waiting.Hidden(last, branch));
        }
        if (known)
            announced--;
        CopyLogits(model, Heads, FirstMixed, FirstTracks);
    }

    /// <summary>Processes one column.</summary>
    private void Step(ReadOnlySpan<int> ids, LeLmHeads heads, CancellationToken cancellationToken)
    {
        if (announced > 0 && heads.Includes(LeLmHeads.Mixed))
            throw new InvalidOperationException("An announced column has no logits of mixed ids.");
        if (heads.Includes(LeLmHeads.Tracks))
            Flush(cancellationToken);
        ids.CopyTo(column);
        Heads = heads;
        engine.Queue.Step(this);
    }

    private void CopyLogits(LeLm model, LeLmHeads heads, int mixed, int tracks)
    {
        int classes = engine.Config.Classes;
        for (int i = 0; i < Branches * column.Length; i++)
        {
            (int branch, int codebook) = Math.DivRem(i, column.Length);
            if (heads.Includes(codebook == 0 ? LeLmHeads.Mixed : LeLmHeads.Tracks))
            {
                model.Logits((codebook == 0 ? mixed : tracks) + branch, codebook)
                    .CopyTo(logits.AsSpan(i * classes, classes));
            }
        }
    }
}
