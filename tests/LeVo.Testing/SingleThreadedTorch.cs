using LeVo.Core.Runtime;
using TorchSharp;

namespace LeVo.Testing;

/// <summary>
/// An assembly fixture: libtorch computes on one thread. The test assemblies run side by side, and OpenMP's spinning threads
/// would fight over the cores.
/// </summary>
public sealed class SingleThreadedTorch
{
    /// <summary>Loads libtorch and limits it.</summary>
    public SingleThreadedTorch()
    {
        LeVoRuntime.EnsureTorch();
        torch.set_num_threads(1);
    }
}
