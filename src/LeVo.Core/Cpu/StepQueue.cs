using System.Runtime.ExceptionServices;

namespace LeVo.Core.Cpu;

/// <summary>
/// Batches the steps of concurrent sequences. The thread that acquires the engine computes all queued steps in one
/// pass: a single sequence never waits for others, and concurrent ones share each read of the weights.
/// </summary>
internal sealed class StepQueue(LeLm model, TokenEmbedder tokens, int maxRows)
{
    private readonly Lock waitingGate = new();
    private readonly List<CpuSequence> waiting = [];
    private readonly List<CpuSequence> batch = [];
    private readonly int[] asked = new int[maxRows];

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
        model.Rows.Clear();
        foreach (CpuSequence sequence in batch)
            sequence.Place(model, tokens);
        for (int row = 0; row < model.Rows.Count; row++)
            asked[row] = row;
        model.Run();
        model.Heads(asked.AsSpan(0, model.Rows.Count));
        for (int i = 0; i < batch.Count; i++)
            batch[i].CopyLogits(model, i * CpuSequence.Branches);
    }
}
