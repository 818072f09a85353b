using System.Security.Cryptography;
using System.Text;

namespace LeVo.Samples.Compose;

/// <summary>
/// What a run keeps in <c>unfinished/</c> until it ends: the progress of the current song and the list of finished songs.
/// The same command resumes from it; another command or another model starts over.
/// </summary>
internal sealed class UnfinishedRun
{
    private readonly string folder, list;
    private readonly HashSet<string> finished = new(StringComparer.Ordinal);

    /// <param name="root">The output folder.</param>
    /// <param name="name">The run's name: that of its file of records.</param>
    /// <param name="arguments">The command.</param>
    /// <param name="songs">Its songs.</param>
    /// <param name="model">Hash of the model.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public UnfinishedRun(
        string root, string name, Arguments arguments, IEnumerable<PlannedSong> songs, string model)
    {
        folder = Path.Combine(root, "unfinished");
        list = Path.Combine(folder, name + ".finished");
        string run = Identity(arguments, songs, model);
        Directory.CreateDirectory(folder);
        // A last line without its line break was cut off and does not count.
        string[] lines = File.Exists(list) ? File.ReadAllText(list).Split('\n')[..^1] : [];
        if (lines.Length > 0 && lines[0] == run)
            finished.UnionWith(lines[1..]);
        else
        {
            foreach ((InputSong input, _) in songs)
                DeleteProgress(input);
            File.WriteAllText(list, run + "\n");
        }
    }

    /// <summary>Whether a song was finished by an earlier run of the same command.</summary>
    public bool IsFinished(InputSong song) => finished.Contains(song.Index);

    /// <summary>The file of a song's progress.</summary>
    public string ProgressPathOf(InputSong song) => Path.Combine(folder, song.Index + ".json");

    /// <summary>Records that a song is saved.</summary>
    public void Finish(InputSong song)
    {
        File.AppendAllText(list, song.Index + "\n");
        DeleteProgress(song);
    }

    /// <summary>Removes the files after the last song.</summary>
    public void End()
    {
        File.Delete(list);
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    /// <summary>Deletes the file of a song's tokens and the folder of its sound.</summary>
    private void DeleteProgress(InputSong song)
    {
        string tokens = ProgressPathOf(song), sound = tokens + ".sound";
        File.Delete(tokens);
        if (Directory.Exists(sound))
            Directory.Delete(sound, recursive: true);
    }

    private static string Identity(Arguments arguments, IEnumerable<PlannedSong> songs, string model)
    {
        var text = new StringBuilder();
        text.AppendJoin('\n', model, arguments.Type, arguments.Format, arguments.Duration, arguments.Seed, arguments.Device,
            arguments.Backend, arguments.Precision, arguments.Setup.Preset, arguments.Setup.CodecPrecision,
            arguments.Songs with { Parallel = 1, Progress = default });
        foreach (PlannedSong song in songs)
            text.Append('\n').Append(song.Input.Record.ToJsonString()).Append(song.PromptOrigin?.Hash);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
