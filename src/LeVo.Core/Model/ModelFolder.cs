using LeVo.Core.Checkpoints;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeVo.Core.Model;

/// <summary>
/// A model on disk: <c>config.yaml</c>, LeLM, the tokenizer, and optionally the music codec. Files named in the
/// configuration are looked up in <see cref="SearchedFolders"/>. Opening reads the configuration and the checkpoint's tensor
/// directory, but no tensors.
/// </summary>
internal sealed class ModelFolder
{
    /// <summary>The prefix of LeLM's tensor names in a released checkpoint.</summary>
    public const string LeLmPrefix = "audiolm.";

    private readonly CodecFiles codec;
    private readonly Lazy<string> hash;

    internal ModelFolder(string path, LeLmConfig config, LevoSection levo, string leLmFile, string tokenizerFolder,
        CodecFiles codec)
    {
        (Path, Config, Levo, LeLmFile, TokenizerFolder) = (path, config, levo, leLmFile, tokenizerFolder);
        this.codec = codec;
        hash = new(() => ModelHash.Compute(Files));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What messages call the language model.</summary>
    public string LeLmName => $"the language model of '{Path}'";

    /// <summary>Sizes and constants of LeLM; row counts of its tables are read from the checkpoint.</summary>
    public LeLmConfig Config { get; }

    /// <summary>The section <c>levo:</c>.</summary>
    public LevoSection Levo { get; }

    /// <summary>LeLM's checkpoint: a file, or the index of several.</summary>
    public string LeLmFile { get; }

    /// <summary>All files of LeLM's checkpoint.</summary>
    public IReadOnlyList<string> LeLmFiles => ShardIndex.FilesOf(LeLmFile);

    /// <summary>
    /// The folder of <c>vocab.json</c>, <c>merges.txt</c> and <c>tokenizer_config.json</c>, or the GGUF file that has their
    /// content.
    /// </summary>
    public string TokenizerFolder { get; }

    /// <summary>The files and folders that the configuration names, with their places.</summary>
    public IReadOnlyList<NamedFile> References { get; init; } = [];

    /// <summary>The dual-track codec's checkpoint, or null.</summary>
    public string? DualCodecFile => codec.Dual;

    /// <summary>The mixed codec's checkpoint, or null; only audio prompts need it.</summary>
    public string? MixedCodecFile => codec.Mixed;

    /// <summary>Why audio prompts can't be encoded, or null.</summary>
    public string? MixedCodecProblem => codec.MixedProblem;

    /// <summary>The VAE's JSON configuration or GGUF file, or null.</summary>
    public string? VaeConfigFile => codec.VaeConfig;

    /// <summary>The VAE's checkpoint, or null.</summary>
    public string? VaeFile => codec.Vae;

    /// <summary>A hash of the model's content, equal for copies of the same files. Computed on first use.</summary>
    public string Hash => hash.Value;

    private IEnumerable<string> Files => ((string?[])
    [
        System.IO.Path.Combine(Path, ModelFolderReader.ConfigName), .. LeLmFiles,
        .. ModelFolderReader.TokenizerNames.Select(name => System.IO.Path.Combine(TokenizerFolder, name)),
        codec.Dual, codec.Mixed, codec.VaeConfig, codec.Vae,
    ]).Where(File.Exists).OfType<string>();

    /// <summary>
    /// Resolves a relative path against the current folder or, if it does not exist there, against the application's
    /// folder, where models from packages are.
    /// </summary>
    public static string Locate(string path)
    {
        string beside = System.IO.Path.Combine(AppContext.BaseDirectory, path);
        return !System.IO.Path.Exists(path) && System.IO.Path.Exists(beside) ? beside : path;
    }

    /// <summary>Opens a model folder.</summary>
    /// <param name="path">The folder of <c>config.yaml</c> or of GGUF files, or a GGUF file with a language model.</param>
    /// <param name="extraRoot">An additional folder to search for files named in the configuration.</param>
    /// <param name="logger">Logs configuration keys that are not used.</param>
    /// <exception cref="ModelLoadException">Parts are missing or invalid; the message lists all of them, with every
    /// path that was tried. A missing codec is not an error here: see <see cref="RequireCodec"/>.</exception>
    public static ModelFolder Open(string path, string? extraRoot = null, ILogger? logger = null) =>
        GgufFolderReader.TryRead(path, extraRoot, logger ?? NullLogger.Instance)
            ?? new ModelFolderReader(path, extraRoot, logger ?? NullLogger.Instance).Read();

    /// <summary>Opens LeLM's checkpoint; names are without <see cref="LeLmPrefix"/> and without what training programs
    /// put in front of it.</summary>
    public ICheckpoint OpenLeLm() => Checkpoint.Open(LeLmFile, new LeLmTensors(Config).Names);

    /// <summary>Opens a checkpoint of LeLM of any size.</summary>
    internal static ICheckpoint OpenLeLm(string path) => Checkpoint.Open(path, new LeLmTensors(new()).Names);

    /// <summary>Throws unless the codec's files exist.</summary>
    /// <param name="prompts">Whether to require the mixed codec, too, which audio prompts need.</param>
    /// <exception cref="ModelLoadException">Files are missing; the message lists all of them, with every path that
    /// was tried.</exception>
    public void RequireCodec(bool prompts = false)
    {
        List<string> problems = [.. codec.Problems];
        if (prompts && codec.MixedProblem is { } problem)
            problems.Add(problem);
        if (problems.Count > 0)
            throw new ModelLoadException($"the music codec of '{Path}'", problems);
    }
}
