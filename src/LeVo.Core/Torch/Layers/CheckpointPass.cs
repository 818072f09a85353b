using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>
/// What the checkpointed blocks of one backward pass share: the first exception, and the tensors returned to autograd.
/// Thread-safe.
/// </summary>
internal sealed class CheckpointPass : IDisposable
{
    private readonly Dictionary<int, Tensor> returned = [];
    private volatile ExceptionDispatchInfo? failure;

    /// <summary>Whether a block failed; the others need not be recomputed.</summary>
    public bool HasFailed => failure is not null;

    /// <summary>Records an exception; only the first one is kept.</summary>
    public void Fail(Exception exception) => failure ??= ExceptionDispatchInfo.Capture(exception);

    /// <summary>Throws the recorded exception, if any.</summary>
    public void ThrowFailure() => failure?.Throw();

    /// <summary>
    /// Keeps a tensor that a block returns to autograd until the thread's next one. Autograd takes its own reference only
    /// after the function has returned, and with no dispose scope nothing else would hold the tensor until then.
    /// </summary>
    public void Return(Tensor gradient)
    {
        lock (returned)
        {
            returned.Remove(Environment.CurrentManagedThreadId, out Tensor? earlier);
            earlier?.Dispose();
            returned.Add(Environment.CurrentManagedThreadId, gradient);
        }
    }

    public void Dispose()
    {
        lock (returned)
        {
            foreach (Tensor gradient in returned.Values)
                gradient.Dispose();
            returned.Clear();
        }
    }
}
