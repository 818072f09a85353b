using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using LeVo.Core.Engines;

namespace LeVo.Core.Cpu;

/// <summary>
/// Batches the steps of concurrent sequences, which then share each read of the weights. The thread that acquires the engine
/// computes all queued steps in one pass. Before that it waits for the sequences of the previous pass, which queue their next
/// steps when they have picked their ids: without waiting, four sequences settle into passes of one and three in turns. It
/// waits for a sixteenth of a pass at most, and once for a sequence that does not come.
/// </summary>
internal sealed class StepQueue(LeLm model, int maxRows)
{
    private const int PassesToWait = 16;

    private readonly object arrivals = new();
    private readonly List<CpuSequence> waiting = [];

    /// <summary>Sequences of the previous pass that have not queued another step.</summary>
    private readonly List<CpuSequence> expected = [];
    private readonly List<CpuSequence> batch = [];
    private TimeSpan patience;
    private readonly int[] mixed = new int[maxRows], tracks = new int[maxRows];

    /// <summary>The lock for using the model.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Number of sequences with a queued step.</summary>
    internal int Waiting
    {
        get
        {
            lock (arrivals)
                return waiting.Count;
        }
    }

    /// <summary>Number of sequences in the largest pass so far.</summary>
    internal int LargestBatch { get; private set; }

    /// <summary>Processes the sequence's column in both branches and copies the logits to the sequence.</summary>
    public void Step(CpuSequence sequence)
    {
        sequence.Pending = true;
        lock (arrivals)
        {
            waiting.Add(sequence);
            expected.Remove(sequence);
            Monitor.Pulse(arrivals);
        }
        lock (Gate)
        {
            while (sequence.Pending)
                RunBatch();
        }
        ExceptionDispatchInfo? failure = sequence.Failure;
        sequence.Failure = null;
        failure?.Throw();
    }

    /// <summary>Ends the waiting for a sequence that takes no more steps.</summary>
    public void Leave(CpuSequence sequence)
    {
        lock (arrivals)
        {
            expected.Remove(sequence);
            Monitor.Pulse(arrivals);
        }
    }

    private void RunBatch()
    {
        lock (arrivals)
        {
            WaitForExpected();
            int count = Math.Min(waiting.Count, maxRows / CpuSequence.Branches);
            batch.AddRange(CollectionsMarshal.AsSpan(waiting)[..count]);
            waiting.RemoveRange(0, count);
            expected.AddRange(batch);
        }
        LargestBatch = Math.Max(LargestBatch, batch.Count);
        long start = Stopwatch.GetTimestamp();
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
        patience = Stopwatch.GetElapsedTime(start) / PassesToWait;
    }

    private void WaitForExpected()
    {
        long start = Stopwatch.GetTimestamp();
        while (expected.Count > 0)
        {
            TimeSpan left = patience - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !Monitor.Wait(arrivals, left))
                break;
        }
        expected.Clear();
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
