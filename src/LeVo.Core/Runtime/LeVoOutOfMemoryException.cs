using System.Globalization;

namespace LeVo.Core.Runtime;

/// <summary>
/// The memory of the machine or of a GPU is not sufficient. The message names the settings that need less. A training run continues
/// from its checkpoint, and a song from its progress file, with the new settings.
/// </summary>
public sealed class LeVoOutOfMemoryException : Exception
{
    /// <param name="device">The device whose memory is not sufficient, for example <c>cuda:0</c>.</param>
    /// <param name="neededBytes">Bytes that were asked for, or that are computed to be needed; null if that is not known.</param>
    /// <param name="freeBytes">Bytes that are free; null if that is not known.</param>
    /// <param name="help">The settings that need less, as a sentence.</param>
    /// <param name="innerException">The exception that caused this one, or null.</param>
    internal LeVoOutOfMemoryException(
        string device, long? neededBytes, long? freeBytes, string help, Exception? innerException = null)
        : base($"The memory of '{device}' is not sufficient: {Text(neededBytes)} are needed, and {Text(freeBytes)} are free. {help}",
            innerException) =>
        (Device, NeededBytes, FreeBytes) = (device, neededBytes, freeBytes);

    /// <summary>The device whose memory is not sufficient.</summary>
    public string Device { get; }

    /// <summary>Bytes that were asked for, or that are computed to be needed; null if that is not known.</summary>
    public long? NeededBytes { get; }

    /// <summary>Bytes that are free; null if that is not known.</summary>
    public long? FreeBytes { get; }

    private static string Text(long? bytes) => bytes is { } known
        ? string.Create(CultureInfo.InvariantCulture, $"{known / 1e9:0.00} GB")
        : "an unknown number of bytes";
}
