using System.Text;

namespace LeVo.Samples.Compose;

/// <summary>Names that are one file's name on every system and stay inside their folder.</summary>
internal static class SafeFileName
{
    private const int MostBytes = 200; // file systems end at 255, and suffixes follow
    private static readonly char[] Reserved = [.. "/\\:*?\"<>|"];

    private static readonly string[] Devices =
    [
        "con", "prn", "aux", "nul",
        .. Enumerable.Range(0, 10).SelectMany(i => (string[])[$"com{i}", $"lpt{i}"]),
    ];

    /// <summary>A safe name that is similar to an unsafe one.</summary>
    public static string Of(string name)
    {
        string safe = string.Concat(name.EnumerateRunes()
            .Select(rune => Rune.IsControl(rune) || (rune.IsBmp && Reserved.Contains((char)rune.Value)) ? "_" : rune.ToString()))
            .Trim('.', ' ');
        while (Encoding.UTF8.GetByteCount(safe) > MostBytes)
            safe = safe[..(safe.Length - (char.IsLowSurrogate(safe[^1]) ? 2 : 1))].TrimEnd('.', ' ');
        safe = safe.Trim('_', '.', ' ') == "" ? "song" : safe;
        return Problem(safe) is null ? safe : "_" + safe;
    }

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? Problem(string name)
    {
        string shown = $"'{name}' is no safe file name:";
        if (name.Trim() == "")
            return "is empty.";
        if (name.Any(char.IsControl))
            return "holds a control character.";
        if (name.IndexOfAny(Reserved) is >= 0 and var at)
            return $"{shown} it holds {name[at]}";
        if (name[0] is '.' or ' ' || name[^1] is '.' or ' ')
            return $"{shown} it begins or ends with a full stop or a space.";
        if (Devices.Contains(name.Split('.')[0].TrimEnd().ToLowerInvariant()))
            return $"{shown} Windows keeps it for a device.";
        return Encoding.UTF8.GetByteCount(name) > MostBytes ? $"{shown} it is longer than {MostBytes} bytes." : null;
    }
}
