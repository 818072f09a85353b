using System.Globalization;

namespace LeVo.Samples.Compose;

/// <summary>
/// Lets one process write into an output folder. The file <c>.lock</c> names the process and is held open; the system closes
/// it when the process ends, however it ends.
/// </summary>
internal sealed class OutputLock : IDisposable
{
    private readonly FileStream held;
    private readonly string path;

    private OutputLock(FileStream held, string path) => (this.held, this.path) = (held, path);

    /// <summary>Takes a folder.</summary>
    /// <exception cref="IOException">Another process has it; the message names that process.</exception>
    public static OutputLock Take(string folder)
    {
        string path = Path.Combine(folder, ".lock"), owner = path + ".owner";
        FileStream held;
        try
        {
            held = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(owner))
        {
            throw new IOException($"Process {File.ReadAllText(owner)} writes into '{folder}'; "
                + "wait for it or choose another --output.", e);
        }
        File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new(held, path);
    }

    /// <summary>Frees the folder. The lock's file stays: without it two processes could hold two files of one name.</summary>
    public void Dispose()
    {
        File.Delete(path + ".owner");
        held.Dispose();
    }
}
