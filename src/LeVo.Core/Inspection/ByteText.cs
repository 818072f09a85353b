using System.Globalization;

namespace LeVo.Core.Inspection;

/// <summary>Bytes in units that people read.</summary>
internal static class ByteText
{
    /// <summary>Gigabytes from 0.1 GB on, else megabytes.</summary>
    public static string Of(long bytes) => bytes >= 100_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
