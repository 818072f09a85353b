namespace LeVo.Core.IO;

/// <summary>
/// Replaces a file atomically: the content is written to a temporary file in the target's folder, and
/// <see cref="Commit"/> moves it to the target path. Disposing without a commit leaves the target unchanged.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string target;
    private readonly string temporary;

    /// <exception cref="IOException">The folder does not exist or cannot be written.</exception>
    public AtomicFile(string path)
    {
        target = Path.GetFullPath(path);
        temporary = Path.Combine(Path.GetDirectoryName(target)!,
            $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        Stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    /// <summary>The temporary file's stream; seekable.</summary>
    public FileStream Stream { get; }

    /// <summary>Whether <see cref="Commit"/> has moved the content to the target path.</summary>
    public bool Committed { get; private set; }

    /// <summary>Writes the file and commits it.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes the file and commits it.</summary>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken = default)
    {
        using var file = new AtomicFile(path);
        await write(file.Stream, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        file.Commit();
    }

    /// <summary>
    /// Flushes the content to disk and moves it to the target path. Call once, after the last write.
    /// </summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(temporary, target, overwrite: true);
        Committed = true;
    }

    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException) when (!Committed)
        {
            // The disk may be full; an uncommitted file is discarded, so the unwritten buffer does not matter.
        }
        if (!Committed)
            File.Delete(temporary);
    }
}
