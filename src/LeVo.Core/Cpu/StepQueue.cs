using System.Runtime.ExceptionServices;

namespace LeVo.Core.Cpu;

/// <summary>
/// Steps of concurrent sessions. Whoever finds the engine free takes all steps that wait, and computes them in one
/// pass: a session alone never waits for others, and many share each read of the weights.
/// </summary>
internal sealed class StepQueue(LeLmPass pass, ConditionTables tables, int maxRows)
{
    private readonly Lock waitingGate = new();
    private readonly List<CpuStepper> waiting = [];
    private readonly List<CpuStepper> batch = [];
    private readonly int[] asked = new int[maxRows];

    /// <summary>Held by whoever uses the pass.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Sessions that wait for their step.</summary>
    internal int Waiting
    {
        get
        {
            lock (waitingGate)
                return waiting.Count;
        }
    }

    /// <summary>Sessions of the largest pass so far.</summary>
    internal int LargestBatch { get; private set; }

    /// <summary>Reads the stepper's column in both branches and leaves the logits with it.</summary>
    public void Step(CpuStepper stepper)
    {
        stepper.Pending = true;
        lock (waitingGate)
            waiting.Add(stepper);
        lock (Gate)
        {
            while (stepper.Pending)
                RunBatch();
        }
        ExceptionDispatchInfo? failure = stepper.Failure;
        stepper.Failure = null;
        failure?.Throw();
    }

    private void RunBatch()
    {
        lock (waitingGate)
        {
            int count = Math.Min(waiting.Count, maxRows / CpuStepper.Branches);
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
            foreach (CpuStepper stepper in batch)
                stepper.Failure = ExceptionDispatchInfo.Capture(e);
        }
        foreach (CpuStepper stepper in batch)
            stepper.Pending = false;
        batch.Clear();
    }

    private void Read()
    {
        pass.Rows.Clear();
        foreach (CpuStepper stepper in batch)
            stepper.Place(pass, tables);
        for (int row = 0; row < pass.Rows.Count; row++)
            asked[row] = row;
        pass.Run();
        pass.Heads(asked.AsSpan(0, pass.Rows.Count));
        for (int i = 0; i < batch.Count; i++)
            batch[i].Take(pass, i * CpuStepper.Branches);
    }
}
