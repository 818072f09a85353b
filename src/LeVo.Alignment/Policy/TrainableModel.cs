using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Threading;
using LeVo.Core.Training;
using Microsoft.Extensions.Logging;

namespace LeVo.Alignment.Policy;

/// <summary>
/// A model folder for training: the input of trainers and the template for the folders of new weights. Immutable.
/// </summary>
public sealed class TrainableModel
{
    private const string WeightsName = "model.safetensors";

    private readonly ModelFolder folder;

    private TrainableModel(ModelFolder folder)
    {
        this.folder = folder;
        (Path, Config, TokenizerFolder, WeightsPath, Sampling) = (folder.Path, folder.Config, folder.TokenizerFolder,
            folder.LeLmFile, GenerationOptions.Of(folder.Levo.Sampling));
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Path of LeLM's checkpoint.</summary>
    public string WeightsPath { get; }

    /// <summary>The model's text rules.</summary>
    public TextRules TextRules => Config.TextRules;

    /// <summary>Sizes and constants of LeLM.</summary>
    internal LeLmConfig Config { get; }

    /// <summary>How tokens are picked by this model.</summary>
    internal GenerationOptions Sampling { get; }

    /// <summary>Folder of the text tokenizer.</summary>
    internal string TokenizerFolder { get; }

    /// <summary>Opens a folder with the released layout; no weights are read.</summary>
    /// <param name="path">The folder of <c>config.yaml</c>.</param>
    /// <param name="extraRoot">An additional folder to search for files named in the configuration, or null.</param>
    /// <exception cref="ModelLoadException">Parts are missing or invalid; the message lists all of them.</exception>
    public static TrainableModel Open(string path, string? extraRoot = null)
    {
        ModelFolder folder = ModelFolder.Open(path, extraRoot);
        return !GgufHeader.Is(folder.LeLmFile) ? new(folder) : throw new ModelLoadException($"the model '{folder.Path}'",
            [$"'{folder.LeLmFile}' is a GGUF file, and new weights need a model folder with config.yaml; convert the folder " +
                "of GGUF files into one (samples/LeVo.Samples.Convert)"]);
    }

    /// <summary>
    /// Creates a condition in the model's input form: lyrics in the released form, the description with the tags that
    /// the model expects.
    /// </summary>
    /// <param name="lyrics">Lyrics in either form that <see cref="Lyrics"/> accepts.</param>
    /// <param name="description">The user's style description, or null.</param>
    /// <param name="musicality">The tier of musicality, with models of LeVo 2 alone; null for the highest.</param>
    /// <exception cref="LyricsFormatException">The lyrics have no text.</exception>
    /// <exception cref="ArgumentException">The model has no tiers.</exception>
    public SongCondition CreateCondition(string lyrics, string? description, Musicality? musicality = null) =>
        musicality is null || TextRules == TextRules.V2
            ? new(Lyrics.Parse(lyrics).Render(), StyleText.Assemble(Config.TextRules, description, musicality: musicality))
            : throw new ArgumentException("This model has no tiers of musicality (its text rules are v1).", nameof(musicality));

    /// <summary>
    /// Creates a model folder for new weights: a copy of this folder with <c>model.safetensors</c> replaced, and with the files
    /// outside this folder that its configuration names, so that it loads wherever it is moved. Cache files are not copied.
    /// </summary>
    /// <param name="folder">The new folder; must not exist or be empty.</param>
    /// <param name="weightsPath">The checkpoint that a trainer has written.</param>
    /// <exception cref="IOException">The folder is not empty, or can't be written.</exception>
    public void WriteFolder(string folder, string weightsPath)
    {
        ModelFolderCopy.CheckEmpty(folder);
        new ModelFolderCopy(this.folder).Write(folder);
        // The weights come last: without them the folder is not a valid model.
        ModelFolderCopy.Copy(weightsPath, System.IO.Path.Combine(folder, WeightsName));
    }

    /// <summary>Trains on a dedicated thread and writes a model folder of the new weights.</summary>
    /// <param name="folder">The new folder; must not exist or be empty, which is checked before the training.</param>
    /// <param name="options">The training options.</param>
    /// <param name="train">Trains, reports to the log, and writes the weights to a path.</param>
    /// <param name="logger">Receives the run's start, reports and end.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Cancels before the training starts.</param>
    /// <exception cref="IOException">The folder is not empty, or can't be written.</exception>
    internal Task TrainFolderAsync(
        string folder, TrainingOptions options, Action<string, IProgress<TrainingReport>> train, ILogger logger,
        IProgress<TrainingReport>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ModelFolderCopy.CheckEmpty(folder);
        return DedicatedThread.Run(() =>
        {
            var log = new TrainingLog(logger, options.Folder, progress);
            log.Start(options.Steps);
            string weights = System.IO.Path.Combine(options.Folder, "weights.safetensors");
            train(weights, log);
            options.Replicas.First(() =>
            {
                ModelFolderCopy.CheckEmpty(folder);
                new ModelFolderCopy(this.folder).Write(folder);
                ModelFolderCopy.Move(weights, System.IO.Path.Combine(folder, WeightsName));
                log.End(folder);
            });
        }, cancellationToken);
    }
}
