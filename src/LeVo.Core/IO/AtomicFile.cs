namespace LeVo.Core.IO;

/// <summary>
/// A file that appears whole or not at all: it is written under a temporary name in its own folder and moved over the
/// target by <see cref="Commit"/>. Disposing without a commit leaves the target as it was.
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

    /// <summary>The content; seekable.</summary>
    public FileStream Stream { get; }

    /// <summary>Whether the file has its final name.</summary>
    public bool Committed { get; private set; }

    /// <summary>Writes a file in one go.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes a file in one go.</summary>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken = default)
    {
        using var file = new AtomicFile(path);
        await write(file.Stream, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        file.Commit();
    }

    /// <summary>Brings the content to the disk and moves it into place. Call once, after the last write.</summary>
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
            // On a full disk the buffer can't be written out; what is given up need not be.
        }
        if (!Committed)
            File.Delete(temporary);
    }
}
