using LeVo.Core.Runtime;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Tensors;

/// <summary>The devices of libtorch.</summary>
internal static class TorchDevices
{
    /// <summary>Loads libtorch and returns a device.</summary>
    /// <param name="name">The device: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>.</param>
    /// <exception cref="LeVoRuntimeException">libtorch can't be loaded, or cannot use the device.</exception>
    public static Device Of(string name)
    {
        LeVoRuntime.EnsureTorch();
        try
        {
            return device(name);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new LeVoRuntimeException(
                $"The device '{name}' was requested, but this application's libtorch cannot use it.", e);
        }
    }

    /// <summary>Bytes of memory that a device has free; null if that is not known.</summary>
    public static long? FreeBytes(Device device) => device.type switch
    {
        TorchSharp.DeviceType.CPU => MemoryLimit.FreeBytes,
        TorchSharp.DeviceType.CUDA => CudaMemory.FreeBytes,
        _ => null,
    };
}
