using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using LeVo.Core.Runtime;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Tensors;

/// <summary>Recognises the exceptions of an exhausted memory, which libtorch reports as text.</summary>
internal static partial class OutOfMemory
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB"];

    private static readonly string[] Signs =
        ["out of memory", "not enough memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED"];

    /// <summary>Returns the exception to throw instead, or null if the memory was not the cause.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="help">The settings that need less memory, as a sentence.</param>
    public static LeVoOutOfMemoryException? Explain(Exception exception, Device device, Func<string> help)
    {
        if (exception is not (ExternalException or OutOfMemoryException)
            || exception is ExternalException && !Signs.Any(sign => exception.Message.Contains(sign, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }
        bool host = exception is OutOfMemoryException
            || exception.Message.Contains("CPUAllocator", StringComparison.Ordinal);
        return new(host ? "cpu" : device.ToString(), Bytes(Needed(), exception.Message),
            Bytes(Free(), exception.Message) ?? (host ? MemoryLimit.FreeBytes : TorchDevices.FreeBytes(device)), help(), exception);
    }

    /// <summary>Runs work and replaces the exceptions of an exhausted memory.</summary>
    /// <exception cref="LeVoOutOfMemoryException">The memory is not sufficient.</exception>
    public static T Explained<T>(Device device, Func<string> help, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (Explain(e, device, help) is { } explained)
        {
            throw explained;
        }
    }

    private static long? Bytes(Regex pattern, string message) =>
        pattern.Match(message) is { Success: true } match
            && double.TryParse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? (long)(number * Math.Pow(1024, Array.IndexOf(Units, match.Groups["unit"].Value)))
            : null;

    [GeneratedRegex(@"tried to allocate (?<number>[0-9.]+) (?<unit>bytes|KiB|MiB|GiB)", RegexOptions.IgnoreCase)]
    private static partial Regex Needed();

    [GeneratedRegex(@"of which (?<number>[0-9.]+) (?<unit>bytes|KiB|MiB|GiB) is free")]
    private static partial Regex Free();
}
