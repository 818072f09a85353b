using LeVo.Core.Adapters;
using LeVo.Core.Generation;
using Microsoft.Extensions.Configuration;

namespace LeVo.Core.Hosting;

/// <summary>
/// Reads <see cref="LeVoOptions"/> from a section of the configuration, without reflection, so that trimmed programs can.
/// Keys ignore case; a key without a value sets nothing.
/// </summary>
internal static class OptionsReader
{
    private static readonly Dictionary<string, Action<LeVoOptions, ConfiguredValue>> Model =
        new(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(LeVoOptions.ModelPath)] = (o, value) => o.ModelPath = value.Text() ?? o.ModelPath,
            [nameof(LeVoOptions.ExtraRoot)] = (o, value) => o.ExtraRoot = value.Text() ?? o.ExtraRoot,
            [nameof(LeVoOptions.Device)] = (o, value) => o.Device = value.Text() ?? o.Device,
            [nameof(LeVoOptions.Backend)] = (o, value) => o.Backend = value.Enum<ModelBackend>() ?? o.Backend,
            [nameof(LeVoOptions.Precision)] = (o, value) => o.Precision = value.Enum<ModelPrecision>() ?? o.Precision,
            [nameof(LeVoOptions.KvCachePrecision)] = (o, value) =>
                o.KvCachePrecision = value.Enum<ModelPrecision>() ?? o.KvCachePrecision,
            [nameof(LeVoOptions.CodecPrecision)] =
                (o, value) => o.CodecPrecision = value.Enum<ModelPrecision>() ?? o.CodecPrecision,
            [nameof(LeVoOptions.Threads)] = (o, value) => o.Threads = value.Integer() ?? o.Threads,
            [nameof(LeVoOptions.MaxConcurrentSongs)] = (o, value) =>
                o.MaxConcurrentSongs = value.Integer() ?? o.MaxConcurrentSongs,
            [nameof(LeVoOptions.Residency)] = (o, value) => o.Residency = value.Enum<ModelResidency>() ?? o.Residency,
            [nameof(LeVoOptions.Adapters)] = (o, value) => o.Adapters = [.. ReadAdapters(value)],
            [nameof(LeVoOptions.PromptCacheFolder)] =
                (o, value) => o.PromptCacheFolder = value.Text() ?? o.PromptCacheFolder,
            [nameof(LeVoOptions.Generation)] = (o, value) => o.Generation = ReadGeneration(value, o.Generation ?? new()),
        };

    private static readonly Dictionary<string, Func<GenerationOptions, ConfiguredValue, GenerationOptions>> Generation =
        new(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(GenerationOptions.Temperature)] = (o, value) => o with { Temperature = value.Number() ?? o.Temperature },
            [nameof(GenerationOptions.TopK)] = (o, value) => o with { TopK = value.Integer() ?? o.TopK },
            [nameof(GenerationOptions.TopP)] = (o, value) => o with { TopP = value.Number() ?? o.TopP },
            [nameof(GenerationOptions.Guidance)] = (o, value) => o with { Guidance = value.Number() ?? o.Guidance },
            [nameof(GenerationOptions.PenalizeRepetition)] = (o, value) =>
                o with { PenalizeRepetition = value.Boolean() ?? o.PenalizeRepetition },
            [nameof(GenerationOptions.RepetitionWindow)] = (o, value) =>
                o with { RepetitionWindow = value.Integer() ?? o.RepetitionWindow },
            [nameof(GenerationOptions.RepetitionPenalty)] = (o, value) =>
                o with { RepetitionPenalty = value.Number() ?? o.RepetitionPenalty },
            [nameof(GenerationOptions.UseSampling)] = (o, value) => o with { UseSampling = value.Boolean() ?? o.UseSampling },
        };

    /// <summary>Sets the options that a section has, and returns what it can't read: keys that are no settings, and values
    /// of another type, each with its path.</summary>
    public static IReadOnlyList<string> Read(IConfiguration section, LeVoOptions options)
    {
        var problems = new List<string>();
        if (section is IConfigurationSection named && !named.Exists())
            problems.Add($"The configuration has no section '{named.Path}'.");
        var unknown = new List<IConfigurationSection>();
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (Model.TryGetValue(child.Key, out var set))
                set(options, new(child, problems));
            else
                unknown.Add(child);
        }
        if (section is IConfigurationRoot && unknown.Count > 0)
        {
            problems.Add($"The configuration has keys that are no settings of LeVo, {unknown[0].Key} for example: name the "
                + "section, as in AddLeVo(configuration.GetSection(\"LeVo\")).");
        }
        else
        {
            problems.AddRange(unknown.Select(key => Unknown(key, Model.Keys)));
        }
        return problems;
    }

    private static GenerationOptions ReadGeneration(ConfiguredValue value, GenerationOptions options)
    {
        foreach (IConfigurationSection child in value.Children())
        {
            if (Generation.TryGetValue(child.Key, out var set))
                options = set(options, new(child, value.Problems));
            else
                value.Problems.Add(Unknown(child, Generation.Keys));
        }
        return options;
    }

    /// <summary>A list of sections, each with the adapter's path and, optionally, its scale.</summary>
    private static IEnumerable<ModelAdapter> ReadAdapters(ConfiguredValue value)
    {
        foreach (IConfigurationSection child in value.Children())
        {
            ModelAdapter adapter = new("");
            foreach (IConfigurationSection key in new ConfiguredValue(child, value.Problems).Children())
            {
                ConfiguredValue set = new(key, value.Problems);
                if (key.Key.Equals(nameof(ModelAdapter.Path), StringComparison.OrdinalIgnoreCase))
                    adapter = adapter with { Path = set.Text() ?? "" };
                else if (key.Key.Equals(nameof(ModelAdapter.Scale), StringComparison.OrdinalIgnoreCase))
                    adapter = adapter with { Scale = set.Number() ?? 1 };
                else
                    value.Problems.Add(Unknown(key, [nameof(ModelAdapter.Path), nameof(ModelAdapter.Scale)]));
            }
            yield return adapter;
        }
    }

    private static string Unknown(IConfigurationSection key, IEnumerable<string> known) =>
        $"{key.Path} is no setting; there are {string.Join(", ", known)}.";
}
