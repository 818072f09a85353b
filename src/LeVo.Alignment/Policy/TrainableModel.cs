using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.IO;
using LeVo.Core.Model;
using LeVo.Core.Text;

namespace LeVo.Alignment.Policy;

/// <summary>A model folder for training: what trainers are made from, and how a new folder is made for new weights.
/// Immutable.</summary>
public sealed class TrainableModel
{
    private TrainableModel(ModelFolder folder) =>
        (Path, Config, TokenizerFolder, WeightsPath, Sampling) = (folder.Path, folder.Config, folder.TokenizerFolder,
            folder.LeLmFile, GenerationOptions.Of(folder.Levo.Sampling));

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>LeLM's checkpoint.</summary>
    public string WeightsPath { get; }

    /// <summary>How the model reads descriptions.</summary>
    public TextRules TextRules => Config.TextRules;

    /// <summary>Sizes and constants of LeLM.</summary>
    internal LeLmConfig Config { get; }

    /// <summary>How tokens are picked by this model.</summary>
    internal GenerationOptions Sampling { get; }

    /// <summary>Folder of the text tokenizer.</summary>
    internal string TokenizerFolder { get; }

    /// <summary>Opens a folder of the released layout; no weights are read.</summary>
    /// <param name="path">The folder of <c>config.yaml</c>.</param>
    /// <param name="extraRoot">One more folder to look in for what the configuration names.</param>
    /// <exception cref="ModelLoadException">Parts are missing or broken; lists all of them.</exception>
    public static TrainableModel Open(string path, string? extraRoot = null) => new(ModelFolder.Open(path, extraRoot));

    /// <summary>Makes a condition in the form that the model reads: lyrics in the released form, the description with the tags
    /// that the model expects.</summary>
    /// <param name="lyrics">Lyrics of either form.</param>
    /// <param name="description">The style in the user's words, or null.</param>
    /// <exception cref="LyricsFormatException">The lyrics have no text.</exception>
    public SongCondition CreateCondition(string lyrics, string? description) =>
        new(Lyrics.Parse(lyrics).Render(), StyleText.Assemble(Config.TextRules, description));

    /// <summary>Makes a model folder of new weights: a copy of this folder with <c>model.safetensors</c>
    /// replaced.</summary>
    /// <param name="folder">The new folder; must not exist or be empty.</param>
    /// <param name="weightsPath">What a trainer wrote.</param>
    /// <exception cref="IOException">The folder has content, or can't be written.</exception>
    public void WriteFolder(string folder, string weightsPath)
    {
        CheckEmpty(folder);
        foreach (string file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            if (System.IO.Path.GetFullPath(file) == System.IO.Path.GetFullPath(WeightsPath))
                continue;
            Copy(file, System.IO.Path.Combine(folder, System.IO.Path.GetRelativePath(Path, file)));
        }
        // The weights last: without them the folder is no model.
        Copy(weightsPath, System.IO.Path.Combine(folder, "model.safetensors"));
    }

    internal static void CheckEmpty(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"The folder '{folder}' has content.");
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(to))!);
        AtomicFile.Write(to, target =>
        {
            using FileStream source = File.OpenRead(from);
            source.CopyTo(target);
        });
    }
}
