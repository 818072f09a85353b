using LeVo.Core.IO;

namespace LeVo.Core.Model;

/// <summary>
/// Copies a model folder, and the files that its configuration names and that lie elsewhere: the copy loads wherever it is
/// moved.
/// </summary>
/// <param name="source">The folder.</param>
/// <param name="withWeights">Whether the language model's weights are copied, too.</param>
internal sealed class ModelFolderCopy(ModelFolder source, bool withWeights = false)
{
    private const string CacheExtension = ".levo";
    private const string TemporaryExtension = ".tmp";

    // Where files go whose names in the configuration lead out of the folder.
    private const string Collected = "parts";

    /// <summary>Copies everything.</summary>
    /// <param name="target">The new folder.</param>
    /// <param name="edit">Changes the text of <c>config.yaml</c>, or null.</param>
    /// <exception cref="IOException">A file can't be read or written.</exception>
    public void Write(string target, Func<string, string>? edit = null)
    {
        string config = Path.Combine(source.Path, ModelFolderReader.ConfigName);
        foreach (string file in Directory.EnumerateFiles(source.Path, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(source.Path, file);
            if (file != config && !IsLeftOut(name, file))
                Copy(file, Path.Combine(target, name));
        }
        string text = File.ReadAllText(config);
        foreach (NamedFile named in source.References)
        {
            bool inside = IsUnder(named.Path, source.Path), leads = !LeadsOut(named.Name);
            string name = inside ? Path.GetRelativePath(source.Path, named.Path)
                : leads ? Spelling(named)
                : Path.Combine(Collected, Path.GetFileName(Path.TrimEndingDirectorySeparator(named.Path)));
            if (!inside)
                CopyPart(named.Path, Path.Combine(target, name));
            if (!leads)
                text = text.Replace(named.Name, name.Replace('\\', '/'), StringComparison.Ordinal);
        }
        AtomicFile.Write(Path.Combine(target, ModelFolderReader.ConfigName), file =>
        {
            using var writer = new StreamWriter(file, leaveOpen: true);
            writer.Write(edit is null ? text : edit(text));
        });
    }

    /// <exception cref="IOException">The folder is not empty.</exception>
    public static void CheckEmpty(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"The folder '{folder}' is not empty.");
    }

    /// <summary>Copies a file; its folder is made.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
        AtomicFile.Write(to, target =>
        {
            using FileStream file = File.OpenRead(from);
            file.CopyTo(target);
        });
    }

    /// <summary>Moves a file, also to another volume; the target appears complete.</summary>
    public static void Move(string from, string to)
    {
        string temporary = to + TemporaryExtension;
        File.Move(from, temporary, overwrite: true);
        File.Move(temporary, to);
    }

    /// <summary>Old weights, in any form, and files that the library writes by itself.</summary>
    private bool IsLeftOut(string name, string file) =>
        (!withWeights && (ModelFolderReader.LeLmNames.Contains(name) || source.LeLmFiles.Contains(file)))
        || Path.GetExtension(name) is CacheExtension or TemporaryExtension;

    /// <summary>A tokenizer is a folder, of which only its own files are copied; all other parts are files.</summary>
    private static void CopyPart(string from, string to)
    {
        if (!Directory.Exists(from))
        {
            Copy(from, to);
            return;
        }
        foreach (string name in ModelFolderReader.TokenizerNames.Where(name => File.Exists(Path.Combine(from, name))))
            Copy(Path.Combine(from, name), Path.Combine(to, name));
    }

    /// <summary>The name with the extension of the file that was found: a .safetensors beside the named .ckpt.</summary>
    private static string Spelling(NamedFile named) => Directory.Exists(named.Path)
        ? named.Name
        : Path.ChangeExtension(named.Name, Path.GetExtension(named.Path));

    private static bool LeadsOut(string name) => Path.IsPathRooted(name) || name.Split('/', '\\').Contains("..");

    private static bool IsUnder(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
