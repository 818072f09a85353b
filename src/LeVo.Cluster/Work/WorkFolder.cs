using System.Text;
using LeVo.Core.IO;

namespace LeVo.Cluster.Work;

/// <summary>
/// The folder of a run, which all its workers see: the items in their order (<c>items.jsonl</c>), and the output of each in
/// <c>parts</c>. A file or folder in <c>parts</c> is whole. Lyrics are in both.
/// </summary>
public sealed class WorkFolder
{
    private const int MostLineBytes = 8 * WorkItem.MostPayloadBytes;

    private readonly string parts, unfinished;

    /// <summary>Opens a folder; it is created when something is written.</summary>
    /// <param name="path">The folder.</param>
    public WorkFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        FullPath = Path.GetFullPath(path);
        ItemsPath = Path.Combine(FullPath, "items.jsonl");
        (parts, unfinished) = (Path.Combine(FullPath, "parts"), Path.Combine(FullPath, "unfinished"));
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>The file of the items.</summary>
    public string ItemsPath { get; }

    /// <summary>Writes the items of the run, in the order in which their output is joined.</summary>
    /// <param name="items">The items; of equal ones the first is kept.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Write(IEnumerable<WorkItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        Directory.CreateDirectory(FullPath);
        AtomicFile.Write(ItemsPath, stream =>
        {
            foreach (WorkItem item in items.DistinctBy(item => item.Id))
                stream.Write(Encoding.UTF8.GetBytes(item.ToLine() + "\n"));
        });
    }

    /// <summary>Reads the items of the run.</summary>
    /// <exception cref="InvalidDataException">A line is not an item; the message contains the file and the line.</exception>
    /// <exception cref="IOException">There are no items, or they can't be read.</exception>
    public IReadOnlyList<WorkItem> Read()
    {
        if (!File.Exists(ItemsPath))
            throw new FileNotFoundException($"'{ItemsPath}' is missing: nothing was submitted to this run.");
        var items = new List<WorkItem>();
        using var lines = new StreamReader(ItemsPath, Encoding.UTF8);
        var line = new StringBuilder();
        for (int number = 1, next; (next = lines.Read()) >= 0 || line.Length > 0;)
        {
            if (next is not (-1 or '\n'))
            {
                if (line.Append((char)next).Length > MostLineBytes)
                    throw new InvalidDataException($"'{ItemsPath}', line {number}: it is longer than {MostLineBytes} characters.");
                continue;
            }
            try
            {
                items.Add(WorkItem.Parse(Encoding.UTF8.GetBytes(line.ToString())));
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"'{ItemsPath}', line {number}: {e.Message}", e);
            }
            line.Clear();
            number++;
        }
        return items;
    }

    /// <summary>Whether an item's output, a folder, exists.</summary>
    /// <param name="item">The item.</param>
    public bool HasPart(WorkItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Directory.Exists(Path.Combine(parts, item.Id));
    }

    /// <summary>The path of an item's output; its folder exists.</summary>
    /// <param name="item">The item.</param>
    /// <param name="ending">What follows the id, for example <c>.flac</c>; empty for a folder.</param>
    public string PartOf(WorkItem item, string ending = "")
    {
        ArgumentNullException.ThrowIfNull(item);
        Directory.CreateDirectory(parts);
        return Path.Combine(parts, item.Id + ending);
    }

    /// <summary>Makes an item's output, a folder, which appears whole or not at all.</summary>
    /// <param name="item">The item.</param>
    /// <param name="write">Writes the files into a folder.</param>
    /// <exception cref="IOException">The output can't be written.</exception>
    public async Task WritePartAsync(WorkItem item, Func<string, Task> write)
    {
        string target = PartOf(item), temporary = Path.Combine(parts, $".{item.Id}.{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(temporary);
        try
        {
            await write(temporary).ConfigureAwait(false);
            if (!Directory.Exists(target))
                Directory.Move(temporary, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another worker was faster; its output is the same.
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>
    /// The path for an attempt's unfinished work, which begins as a copy of the attempt's before. The worker of that attempt may
    /// still be writing its own.
    /// </summary>
    internal string UnfinishedOf(WorkItem item, int attempt, Action<string, string> copy)
    {
        Directory.CreateDirectory(unfinished);
        string own = PathOf(attempt);
        for (int before = attempt - 1; before > 0 && !Path.Exists(own); before--)
        {
            if (Path.Exists(PathOf(before)))
                copy(PathOf(before), own);
        }
        return own;

        string PathOf(int number) => Path.Combine(unfinished, $"{item.Id}.{number}");
    }

    /// <summary>Deletes the unfinished work of all attempts of an item that is done.</summary>
    internal void DeleteUnfinished(WorkItem item)
    {
        if (!Directory.Exists(unfinished))
            return;
        foreach (string path in Directory.EnumerateFileSystemEntries(unfinished, item.Id + ".*"))
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
    }
}
