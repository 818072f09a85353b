using LeVo.Core.Checkpoints;
using LeVo.Core.Configuration;
using LeVo.Core.Text;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Model;

/// <summary>
/// Reads a folder of GGUF files as a model folder. Parts are found by what the files say that they hold, not by their
/// names. A <c>config.yaml</c> beside them is optional; its section <c>levo:</c> is used.
/// </summary>
internal sealed partial class GgufFolderReader
{
    private const string CacheExtension = ".levo";
    private const string ReleasedTokenizer = "third_party/Qwen2-7B";
    private readonly string folder;
    private readonly string? chosen, extraRoot;
    private readonly ILogger logger;
    private readonly List<string> problems = [];
    private readonly List<string> unreadable = [];
    private readonly List<GgufHeader> headers = [];

    private GgufFolderReader(string folder, string? chosen, string? extraRoot, ILogger logger) =>
        (this.folder, this.chosen, this.extraRoot, this.logger) = (folder, chosen, extraRoot, logger);

    /// <summary>Reads the folder.</summary>
    /// <param name="path">The folder, or its file with the language model.</param>
    /// <param name="extraRoot">An additional folder to search for the parts of a release.</param>
    /// <param name="logger">Logs which of several files is used.</param>
    /// <returns>Null when the path is not that of a GGUF file, and not that of a folder whose only language models are
    /// GGUF files.</returns>
    /// <exception cref="ModelLoadException">Parts are missing or invalid, or there are several language
    /// models.</exception>
    public static ModelFolder? TryRead(string path, string? extraRoot, ILogger logger)
    {
        string full = Path.GetFullPath(ModelFolder.Locate(path));
        if (File.Exists(full) && GgufHeader.Is(full))
            return new GgufFolderReader(Path.GetDirectoryName(full)!, full, extraRoot, logger).Read();
        if (!Directory.Exists(full) || !Directory.EnumerateFiles(full).Any(GgufHeader.Is))
            return null;
        bool isOther = File.Exists(Path.Combine(full, ModelFolderReader.ConfigName)) && Directory
            .EnumerateFiles(full, "model*.*").Any(file => !GgufHeader.Is(file) && Path.GetExtension(file) != CacheExtension);
        return isOther ? null : new GgufFolderReader(full, null, extraRoot, logger).Read();
    }

    private ModelFolder Read()
    {
        foreach (string path in Directory.EnumerateFiles(folder).Where(GgufHeader.Is).Order(StringComparer.Ordinal))
            ReadHeader(path);
        GgufHeader? leLm = LanguageModel();
        GgufHeader? flow = Largest(GgufNames.Flow), vae = Largest(GgufNames.Vae);
        YamlConfig? yaml = Guard(OpenConfig);
        LevoSection levo = (yaml is null ? null : Guard(() => LevoSectionReader.Read(yaml.Root))) ?? new();
        LeLmConfig config = (leLm is null ? null : Guard(() => new GgufLeLmConfig(leLm, levo).Read())) ?? new();
        if (flow is not null && yaml?.Root.At("levo.codec") is null)
            levo = levo with { Codec = GgufCodec.Constants(flow, levo.Codec, config.FrameRate) };
        var lookup = new FileLookup([.. new[] { folder, Path.GetDirectoryName(folder), extraRoot }.OfType<string>()]);
        string? tokenizer = leLm is null || GgufVocabulary.IsIn(leLm)
            ? leLm?.Path
            : lookup.Find("the tokenizer, which the language model's file lacks,", [ReleasedTokenizer], problems);
        CodecFiles codec = GgufCodec.Files(flow, vae, lookup, folder, unreadable);
        if (leLm is not null && problems.Count == 0)
        {
            config = config with { TextRules = TextRulesDecision.Decide(config, levo.Text.Rules, folder, out string? problem) };
            if (problem is not null)
                problems.Add(problem);
        }
        return problems.Count == 0
            ? new(folder, config, levo, leLm!.Path, tokenizer!, codec)
            : throw new ModelLoadException($"the model '{chosen ?? folder}'", problems);
    }

    private void ReadHeader(string path)
    {
        try
        {
            headers.Add(GgufHeader.Read(path));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // Another file may do: told when a part is missing.
            unreadable.Add(e.Message);
        }
    }

    private GgufHeader? LanguageModel()
    {
        GgufHeader[] found = Of(GgufNames.LanguageModel);
        if (chosen is not null)
            found = [.. found.Where(header => header.Path == chosen)];
        if (found.Length == 1)
            return found[0];
        if (found.Length > 1)
        {
            problems.Add("the folder has several language models; choose one by its file (--model FILE, or " +
                $"LeVoOptions.ModelPath): {string.Join(", ", found.Select(header => $"'{header.Path}'"))}");
            return null;
        }
        string? other = headers.Find(header => header.Path == chosen)?.Architecture;
        problems.Add(other is not null
            ? $"'{chosen}' holds '{other}', not a language model ('{GgufNames.LanguageModel}')"
            : $"no GGUF file of the architecture '{GgufNames.LanguageModel}' in '{folder}'");
        problems.AddRange(unreadable);
        return null;
    }

    /// <summary>The largest of several files is the most precise one.</summary>
    private GgufHeader? Largest(string architecture)
    {
        GgufHeader[] found = [.. Of(architecture).OrderByDescending(header => new FileInfo(header.Path).Length)];
        if (found.Length > 1)
            LogChosen(found[0].Path, architecture, string.Join(", ", found.Skip(1).Select(header => header.Path)));
        return found.FirstOrDefault();
    }

    private GgufHeader[] Of(string architecture) => [.. headers.Where(header => header.Architecture == architecture)];

    private YamlConfig? OpenConfig()
    {
        string path = Path.Combine(folder, ModelFolderReader.ConfigName);
        return File.Exists(path) ? YamlConfig.Load(path, name => Path.Combine(folder, name)) : null;
    }

    private T? Guard<T>(Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problems.Add(e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "'{Path}' is used, the largest file of '{Architecture}'; not used: {Others}")]
    private partial void LogChosen(string path, string architecture, string others);
}
