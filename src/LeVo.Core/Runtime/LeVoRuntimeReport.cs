namespace LeVo.Core.Runtime;

/// <summary>The result of <see cref="LeVoRuntime.Probe"/>.</summary>
/// <param name="TorchAvailable">Whether TorchSharp and libtorch are loaded and usable.</param>
/// <param name="ShimPath">Path of TorchSharp's native shim in the application's native folder (Linux x64 only), or
/// null.</param>
/// <param name="ShimRelaxed">Whether the shim requires a newer libstdc++ than the system has, so that a patched copy
/// is used.</param>
/// <param name="Problem">Why TorchSharp can't be used and how to fix it; null when it can.</param>
/// <param name="CudaAvailable">Whether a CUDA build of libtorch and a CUDA device are present.</param>
public sealed record LeVoRuntimeReport(
    bool TorchAvailable, string? ShimPath, bool ShimRelaxed, string? Problem, bool CudaAvailable);
