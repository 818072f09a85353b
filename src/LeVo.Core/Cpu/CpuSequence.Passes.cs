using LeVo.Core.Conditioning;
using LeVo.Core.Engines;

namespace LeVo.Core.Cpu;

/// <content>Passes over several positions, and the rows of all passes.</content>
internal sealed partial class CpuSequence
{
    /// <summary>Processes conditions of the branches that have not read all of theirs, as many as fit into a pass.</summary>
    private void ReadPrefix(int total)
    {
        LeLm model = engine.Model;
        model.Begin();
        int room = model.MaxRows / caches.Count(cache => cache.Mixed.Length < total);
        AddPositions(model, caches[0], given, Math.Min(room, total - caches[0].Mixed.Length));
        AddPositions(model, caches[1], absent, Math.Min(room, total - caches[1].Mixed.Length));
        model.Run(prefix: true);
    }

    private void AddPositions(LeLm model, BranchCache cache, ConditionIds conditions, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int position = cache.Mixed.Length, row = model.AddMixed(cache), second = model.AddTracks(cache, row);
            engine.Conditions.Embed(conditions, position, model.MixedInput(row), model.TrackInput(second), scratch);
        }
    }

    /// <summary>Processes several columns with both stacks, as many per pass as fit.</summary>
    private void ReadColumns(
        ReadOnlySpan<int> columns, int count, LeLmHeads heads, CancellationToken cancellationToken)
    {
        if (announced > 0)
            throw new InvalidOperationException("Announced columns are read one by one.");
        Flush(cancellationToken);
        for (int first = 0; first < count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (engine.Queue.Gate)
            {
                LeLm model = engine.Model;
                int end = Math.Min(count, first + model.MaxRows / Branches);
                model.Begin();
                // A branch's rows are consecutive, so that attention reads its cache once for several rows.
                for (int branch = 0; branch < Branches; branch++)
                {
                    for (int s = first; s < end; s++)
                    {
                        for (int k = 0; k < column.Length; k++)
                            column[k] = columns[k * count + s];
                        mixedRows[branch] = AddMixed(model, branch, column[0]);
                        trackRows[branch] = AddTracks(model, branch, column, mixedRows[branch]);
                    }
                }
                model.Run();
                if (end == count)
                {
                    model.Heads(heads.Includes(LeLmHeads.Mixed) ? mixedRows : [], heads.Includes(LeLmHeads.Tracks) ? trackRows : []);
                    CopyLogits(model, heads, 0, 0);
                }
                first = end;
            }
        }
    }

    /// <summary>Processes the waiting columns with stack 2.</summary>
    private void Flush(CancellationToken cancellationToken)
    {
        while (Flushable > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (engine.Queue.Gate)
            {
                LeLm model = engine.Model;
                int count = Math.Min(Flushable, model.MaxRows / Branches);
                model.Begin();
                for (int branch = 0; branch < Branches; branch++)
                {
                    for (int s = 0; s < count; s++)
                        AddWaiting(model, branch, s, waiting.Ids(s));
                }
                model.Run();
                waiting.Remove(count);
            }
        }
    }

    private void Announce(LeLm model, ReadOnlySpan<int> mixed)
    {
        model.Begin();
        for (int branch = 0; branch < Branches; branch++)
        {
            foreach (int id in mixed)
                AddMixed(model, branch, id);
        }
        model.Run();
        for (int s = 0; s < mixed.Length; s++)
        {
            int at = waiting.Add();
            for (int branch = 0; branch < Branches; branch++)
                model.MixedHidden(branch * mixed.Length + s).CopyTo(waiting.Hidden(at, branch));
        }
        announced += mixed.Length;
    }

    /// <summary>Adds a branch's next column of stack 1 and returns its row.</summary>
    private int AddMixed(LeLm model, int branch, int id)
    {
        int row = model.AddMixed(caches[branch]);
        engine.Tokens.EmbedMixed(id, model.MixedInput(row));
        return row;
    }

    /// <summary>Adds a branch's next column of stack 2 and returns its row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="ids">The column.</param>
    /// <param name="mixedRow">The column's row of stack 1, or -1.</param>
    private int AddTracks(LeLm model, int branch, ReadOnlySpan<int> ids, int mixedRow = -1)
    {
        int row = model.AddTracks(caches[branch], mixedRow);
        engine.Tokens.EmbedTracks(ids, model.TrackInput(row), scratch);
        return row;
    }

    /// <summary>Adds a branch's next column of stack 2, which stack 1 has processed before, and returns its row.</summary>
    private int AddWaiting(LeLm model, int branch, int index, ReadOnlySpan<int> ids)
    {
        int row = AddTracks(model, branch, ids);
        waiting.Hidden(index, branch).CopyTo(model.BridgeInput(row));
        return row;
    }
}
