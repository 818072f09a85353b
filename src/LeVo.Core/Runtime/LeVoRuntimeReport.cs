namespace LeVo.Core.Runtime;

/// <summary>What <see cref="LeVoRuntime.Probe"/> found.</summary>
/// <param name="TorchAvailable">TorchSharp and libtorch are loaded and usable.</param>
/// <param name="ShimPath">TorchSharp's native shim in the application's native folder (Linux x64 only), if found.</param>
/// <param name="ShimRelaxed">The shim asks for a newer libstdc++ than the system has; a relaxed copy is used.</param>
/// <param name="Problem">Why TorchSharp can't be used and how to mend it; null when it can.</param>
/// <param name="CudaAvailable">A CUDA build of libtorch and a CUDA device are present.</param>
public sealed record LeVoRuntimeReport(
    bool TorchAvailable, string? ShimPath, bool ShimRelaxed, string? Problem, bool CudaAvailable);
