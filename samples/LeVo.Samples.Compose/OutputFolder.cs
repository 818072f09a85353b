using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeVo.Core.Tokens;

namespace LeVo.Samples.Compose;

/// <summary>
/// The output folder: <c>audios/</c> has the sound files, <c>jsonl/</c> the records of the finished songs with their paths,
/// relative to the folder.
/// </summary>
internal sealed class OutputFolder
{
    private const string Audios = "audios";

    private static readonly JsonSerializerOptions Relaxed =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string root, name, extension;
    private readonly List<string> records = [];

    /// <param name="root">The folder.</param>
    /// <param name="name">The name of the file of records, without its extension.</param>
    /// <param name="format">How sound is stored.</param>
    public OutputFolder(string root, string name, AudioFormat format)
    {
        (this.root, this.name) = (root, name);
        extension = "." + Arguments.Name(format);
        RecordsPath = Path.Combine(root, "jsonl", name + ".jsonl");
    }

    /// <summary>The file of records.</summary>
    public string RecordsPath { get; }

    /// <summary>Makes the folders and takes them for this process.</summary>
    /// <returns>Frees the folder; the system does so as well when the process ends.</returns>
    /// <exception cref="IOException">A folder or file can't be written, or another process writes there.</exception>
    public IDisposable Create()
    {
        Directory.CreateDirectory(root);
        var taken = OutputLock.Take(root);
        Directory.CreateDirectory(Path.Combine(root, Audios));
        Directory.CreateDirectory(Path.GetDirectoryName(RecordsPath)!);
        return taken;
    }

    /// <summary>Begins a run, or resumes one that ended early.</summary>
    /// <exception cref="IOException">A folder or file can't be written.</exception>
    public UnfinishedRun Begin(Arguments arguments, IEnumerable<PlannedSong> songs, string model) =>
        new(root, name, arguments, songs, model);

    /// <summary>The path of a sound file.</summary>
    public string PathOf(InputSong song, SongFile file) =>
        Path.Combine(root, Audios, song.Index + file.Suffix + extension);

    /// <summary>Saves a song's tokens, from which <c>--tokens</c> and <c>--continue</c> go on.</summary>
    public void SaveTokens(InputSong song, SongTokens tokens)
    {
        string folder = Path.Combine(root, "tokens");
        Directory.CreateDirectory(folder);
        tokens.Save(Path.Combine(folder, song.Index + ".tokens"));
    }

    /// <summary>Adds a finished song to the records. The file is replaced as a whole.</summary>
    public void Add(InputSong song, IReadOnlyList<SongFile> files)
    {
        var record = (JsonObject)song.Record.DeepClone();
        foreach (SongFile file in files)
            record[file.Key] = $"{Audios}/{song.Index}{file.Suffix}{extension}";
        record["wav_path"] = record[files[0].Key]!.DeepClone(); // the name in the released system's records
        records.Add(record.ToJsonString(Relaxed));
        string temporary = RecordsPath + ".tmp";
        File.WriteAllLines(temporary, records);
        File.Move(temporary, RecordsPath, overwrite: true);
    }
}
