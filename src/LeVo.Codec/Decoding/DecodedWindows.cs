using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace LeVo.Codec.Decoding;

/// <summary>
/// The decoded windows of one request, a file each, for a process that makes the same song again. The name of a file is a
/// hash of everything that its sound depends on: a window of other codes or settings is never found. Not thread-safe.
/// </summary>
/// <param name="folder">The folder, which is created with the first window.</param>
/// <param name="identity">Everything besides the codes that the sound depends on.</param>
/// <param name="logger">Receives what cannot be read or written.</param>
internal sealed partial class DecodedWindows(string folder, string identity, ILogger logger)
{
    private bool warned;

    /// <summary>Finds a window.</summary>
    /// <param name="codes">The codes of each stream up to the window's end.</param>
    /// <param name="isLast">Whether no window follows.</param>
    /// <param name="sizes">What the window leaves.</param>
    /// <returns>The window, or null if it must be decoded.</returns>
    public DecodedWindow? Find(IReadOnlyList<int[]> codes, bool isLast, DecodedWindowSizes sizes)
    {
        string path = PathOf(codes, isLast);
        if (!File.Exists(path))
            return null;
        try
        {
            return DecodedWindow.Load(path, sizes);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            LogNotRead(e.Message);
            return null;
        }
    }

    /// <summary>Saves a window. If it can't be written, the song continues without it.</summary>
    /// <param name="codes">The codes of each stream up to the window's end.</param>
    /// <param name="isLast">Whether no window follows.</param>
    /// <param name="window">The window.</param>
    public void Save(IReadOnlyList<int[]> codes, bool isLast, DecodedWindow window)
    {
        try
        {
            if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(folder))))
                throw new DirectoryNotFoundException($"There is no folder for '{folder}'.");
            window.Save(PathOf(codes, isLast));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!warned)
                LogNotSaved(folder, e.Message);
            warned = true;
        }
    }

    private string PathOf(IReadOnlyList<int[]> codes, bool isLast)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{identity}\n{isLast}\n{codes[0].Length}\n"));
        foreach (int[] stream in codes)
            hash.AppendData(MemoryMarshal.AsBytes(stream.AsSpan()));
        return Path.Combine(folder, Convert.ToHexStringLower(hash.GetHashAndReset()) + ".safetensors");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem} The window is decoded again.")]
    private partial void LogNotRead(string problem);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Decoded windows can't be written to '{Folder}' ({Problem}); the song continues without them.")]
    private partial void LogNotSaved(string folder, string problem);
}
