using System.Runtime.ExceptionServices;
using LeVo.Core.Engines;

namespace LeVo.Core.Cpu;

/// <summary>
/// Batches the steps of concurrent sequences. The thread that acquires the engine computes all queued steps in one
/// pass: a single sequence never waits for others, and concurrent ones share each read of the weights.
/// </summary>
internal sealed class StepQueue(LeLm model, int maxRows)
{
    private readonly Lock waitingGate = new();
    private readonly List<CpuSequence> waiting = [];
    private readonly List<CpuSequence> batch = [];
    private readonly int[] mixed = new int[maxRows], tracks = new int[maxRows];

    /// <summary>The lock for using the model.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Number of sequences with a queued step.</summary>
    internal int Waiting
    {
        get
        {
            lock (waitingGate)
                return waiting.Count;
        }
    }

    /// <summary>Number of sequences in the largest pass so far.</summary>
    internal int LargestBatch { get; private set; }

    /// <summary>Processes the sequence's column in both branches and copies the logits to the sequence.</summary>
    public void Step(CpuSequence sequence)
    {
        sequence.Pending = true;
        lock (waitingGate)
            waiting.Add(sequence);
        lock (Gate)
        {
            while (sequence.Pending)
                RunBatch();
        }
        ExceptionDispatchInfo? failure = sequence.Failure;
        sequence.Failure = null;
        failure?.Throw();
    }

    private void RunBatch()
    {
        lock (waitingGate)
        {
            int count = Math.Min(waiting.Count, maxRows / CpuSequence.Branches);
            batch.AddRange(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(waiting)[..count]);
            waiting.RemoveRange(0, count);
        }
        LargestBatch = Math.Max(LargestBatch, batch.Count);
        try
        {
            Read();
        }
        catch (Exception e)
        {
            foreach (CpuSequence sequence in batch)
                sequence.Failure = ExceptionDispatchInfo.Capture(e);
        }
        foreach (CpuSequence sequence in batch)
            sequence.Pending = false;
        batch.Clear();
    }

    private void Read()
    {
        model.Begin();
        int mixedCount = 0, trackCount = 0;
        foreach (CpuSequence sequence in batch)
        {
            sequence.Place(model);
            sequence.FirstMixed = Ask(sequence, LeLmHeads.Mixed, sequence.MixedRows, mixed, ref mixedCount);
            sequence.FirstTracks = Ask(sequence, LeLmHeads.Tracks, sequence.TrackRows, tracks, ref trackCount);
        }
        model.Run();
        model.Heads(mixed.AsSpan(0, mixedCount), tracks.AsSpan(0, trackCount));
        foreach (CpuSequence sequence in batch)
            sequence.Complete(model);
    }

    /// <summary>Adds the sequence's rows to those whose head is evaluated, if it needs that head, and returns the index of the
    /// first one.</summary>
    private static int Ask(CpuSequence sequence, LeLmHeads head, ReadOnlySpan<int> rows, int[] asked, ref int count)
    {
        int first = count;
        if (sequence.Heads.Includes(head))
        {
            rows.CopyTo(asked.AsSpan(first));
            count += rows.Length;
        }
        return first;
    }
}
