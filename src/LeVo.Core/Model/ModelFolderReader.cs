using LeVo.Core.Checkpoints;
using LeVo.Core.Configuration;
using LeVo.Core.Listings;
using LeVo.Core.Text;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Model;

/// <summary>Reads a model folder and collects all problems before it throws.</summary>
internal sealed partial class ModelFolderReader(string path, string? extraRoot, ILogger logger)
{
    public const string ConfigName = "config.yaml";
    public static readonly string[] TokenizerNames = ["vocab.json", "merges.txt", "tokenizer_config.json"];
    public static readonly string[] LeLmNames =
        ["model.safetensors", "model.safetensors.index.json", "model.pt", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    internal const string ReleasedTokenizer = "third_party/Qwen2-7B";
    private readonly string folder = Path.GetFullPath(ModelFolder.Locate(path));
    private readonly List<string> problems = [];
    private Exception? firstCause;

    /// <exception cref="ModelLoadException">A part is missing or invalid.</exception>
    public ModelFolder Read()
    {
        var inside = new FileLookup([folder]);
        var lookup = new FileLookup(SearchedFolders.Of(folder, extraRoot));
        string? configFile = inside.Find("the configuration", [ConfigName], problems);
        string? leLm = inside.Find("LeLM's checkpoint", LeLmNames, problems);
        using ICheckpoint? weights = leLm is null ? null : Guard(() => ModelFolder.OpenLeLm(leLm));
        int? lyricsRows = weights is null ? null : Rows(weights, new LeLmTensors(new()).Conditions.LyricsTokens);
        YamlConfig? yaml = configFile is null
            ? null
            : Guard(() => YamlConfig.Load(configFile, name => Locate(lookup, name)));
        LevoSection? levo = yaml is null ? null : Guard(() => LevoSectionReader.Read(yaml.Root));
        LeLmConfig? config = yaml is null ? null : Guard(
            () => LeLmConfigReader.Read(yaml, levo ?? new(), () => ReleasedTags(lyricsRows)));
        string? tokenizer = yaml is null ? null : Guard(() => FindTokenizer(yaml.Root, lookup));
        CodecFiles? codec = yaml is null ? null : Guard(() => CodecFiles.Find(yaml.Root, lookup));
        if (weights is not null)
            config = Complete(config ?? new(), weights, levo?.Text.Rules);
        if (problems.Count > 0)
            throw new ModelLoadException($"the model '{folder}'", problems, firstCause);
        string[] unread = [.. yaml!.UnreadKeys()];
        if (unread.Length > 0)
            LogUnreadKeys(configFile!, unread.Length, string.Join(", ", unread));
        return new(folder, config!, levo!, leLm!, tokenizer!, codec!) { References = lookup.Found };
    }

    private static string Locate(FileLookup lookup, string name)
    {
        var missing = new List<string>();
        return lookup.Find($"'{name}'", [name], missing)
            ?? throw new FileNotFoundException($"names a file that does not exist: {missing[0]}");
    }

    private string? FindTokenizer(ConfigValue root, FileLookup lookup)
    {
        string?[] named =
        [
            LeLmConfigReader.Conditioner(root, ConditionNames.Lyrics)?.At("token_path")?.Text,
            LeLmConfigReader.Conditioner(root, ConditionNames.Description)?.At("token_path")?.Text,
        ];
        return lookup.Find("the tokenizer (token_path)", named.OfType<string>().Append(ReleasedTokenizer), problems,
            complaint: Lacking);

        static string? Lacking(string place)
        {
            // tokenizer_config.json is optional: without it the added tokens are Qwen2's standard ones.
            string[] lacking = [.. TokenizerNames[..2].Where(name => !File.Exists(Path.Combine(place, name)))];
            return lacking.Length > 0 ? $"lacks {string.Join(" and ", lacking)}" : null;
        }
    }

    /// <summary>The tags of the released models, for a model with their number of lyrics tokens; else null.</summary>
    private IReadOnlyList<string>? ReleasedTags(int? lyricsRows)
    {
        if (lyricsRows != new LeLmConfig().LyricsVocabulary)
            return null;
        LogReleasedTags(folder, StructureTag.Released.Count);
        return StructureTag.Released;
    }

    /// <summary>
    /// Completes the configuration from the checkpoint: the row counts of its text tables, and the text rules that
    /// follow from them. Other missing tensors are reported when the model is loaded.
    /// </summary>
    private LeLmConfig Complete(LeLmConfig config, ICheckpoint weights, TextRules? said)
    {
        var tensors = new LeLmTensors(config);
        if (!tensors.All.Any(tensor => weights.Tensors.ContainsKey(tensor.Name)))
        {
            problems.Add($"'{weights.Path}' has none of LeLM's tensors; it has {weights.Tensors.Count}"
                + string.Concat(weights.Tensors.Keys.Order(StringComparer.Ordinal).Take(3).Select(name => $", '{name}'")));
            return config;
        }
        EmbeddingTensors[] tables =
            [tensors.Conditions.LyricsTokens, tensors.Conditions.LyricsSections, tensors.Conditions.DescriptionTokens];
        int before = problems.Count;
        problems.AddRange(tables.Where(table => Rows(weights, table) is null)
            .Select(table => $"'{weights.Path}': the tensor '{table.Weight.Name}' is missing or is not a matrix"));
        if (problems.Count > before)
            return config;
        config = config with
        {
            LyricsVocabulary = Rows(weights, tables[0])!.Value,
            StructureRows = Rows(weights, tables[1])!.Value,
            DescriptionVocabulary = Rows(weights, tables[2])!.Value,
        };
        TextRules rules = TextRulesDecision.Decide(config, said, folder, out string? problem);
        if (problem is not null)
            problems.Add(problem);
        return config with { TextRules = rules };
    }

    private static int? Rows(ICheckpoint weights, EmbeddingTensors table) =>
        weights.ShapeOf(table.Weight.Name) is [<= int.MaxValue and var rows, _] ? (int)rows : null;

    private T? Guard<T>(Func<T> read) where T : class?
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problems.Add(e.Message);
            firstCause ??= e;
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "'{Folder}' has no list of structure tags (conf/vocab.yaml); the " +
        "{Count} tags of the released models are used")]
    private partial void LogReleasedTags(string folder, int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "'{File}' has {Count} unused keys: {Keys}")]
    private partial void LogUnreadKeys(string file, int count, string keys);
}
