using TorchSharp;

namespace LeVo.Testing;

/// <summary>Counts live tensors of the whole process, for tests that nothing is left behind.</summary>
public static class LiveTensors
{
    /// <summary>The count when everything that earlier tests dropped is gone, so that a finaliser can't lower it later.</summary>
    public static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }
}
