namespace LeVo.Core.IO;

/// <summary>
/// Replaces a file atomically: the content is written to a temporary file in the target's folder, and
/// <see cref="Commit"/> moves it to the target path. Disposing without a commit leaves the target unchanged.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string target;
    private readonly string temporary;

    /// <exception cref="IOException">The folder does not exist or cannot be written; the message names the
    /// file.</exception>
    public AtomicFile(string path)
    {
        target = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"'{target}' can't be written: there is no folder '{folder}'.");
        temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        }
        catch (Exception e) when (AboutTarget(e) is { } told)
        {
            throw told;
        }
    }

    /// <summary>The temporary file's stream; seekable.</summary>
    public FileStream Stream { get; }

    /// <summary>Whether <see cref="Commit"/> has moved the content to the target path.</summary>
    public bool Committed { get; private set; }

    /// <summary>Writes the file and commits it.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        try
        {
            write(file.Stream);
            file.Commit();
        }
        catch (Exception e) when (file.AboutTarget(e) is { } told)
        {
            throw told;
        }
    }

    /// <summary>Writes the file and commits it.</summary>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken = default)
    {
        using var file = new AtomicFile(path);
        try
        {
            await write(file.Stream, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            file.Commit();
        }
        catch (Exception e) when (file.AboutTarget(e) is { } told)
        {
            throw told;
        }
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

    /// <summary>The same error about the target, where one names the temporary file, which nobody has heard of; else
    /// null.</summary>
    private Exception? AboutTarget(Exception e) => !e.Message.Contains(temporary, StringComparison.Ordinal) ? null : e switch
    {
        UnauthorizedAccessException => new UnauthorizedAccessException(Message(e), e),
        IOException => new IOException(Message(e), e) { HResult = e.HResult },
        _ => null,
    };

    private string Message(Exception e) => e.Message.Replace(temporary, target, StringComparison.Ordinal);
}
