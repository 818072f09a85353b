using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeVo.Samples.Shared;

namespace LeVo.Samples.Compose;

/// <summary>One song that is asked for.</summary>
/// <param name="Place">File and line, for messages: <c>songs.jsonl:3</c>; null for the command line.</param>
/// <param name="Index">Its name, which its files get.</param>
/// <param name="Lyrics">The words.</param>
/// <param name="Description">The tags, or null.</param>
/// <param name="Record">The whole record, unknown fields included: it is written back beside the songs.</param>
internal sealed record InputSong(string? Place, string Index, string Lyrics, string? Description, JsonObject Record)
{
    /// <summary>The name of the one song of the command line.</summary>
    public const string OnlyIndex = "song";

    private static readonly string[] Fields =
    [
        "idx", "gt_lyric", "descriptions", "seed", "duration", "type", .. AudioPrompt.Fields.InOrder()!,
    ];

    /// <summary>Names that are written for the released ones.</summary>
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["lyric"] = "gt_lyric",
        ["lyrics"] = "gt_lyric",
        ["text"] = "gt_lyric",
        ["gt_lyrics"] = "gt_lyric",
        ["id"] = "idx",
        ["index"] = "idx",
        ["name"] = "idx",
        ["description"] = "descriptions",
    };

    /// <summary>The song's own seed, or null.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The longest that it may be, or null for the command line's.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What is made of it, or null for the command line's.</summary>
    public SongType? Type { get; init; }

    /// <summary>Its audio prompt, or null.</summary>
    public AudioPrompt? Prompt { get; init; }

    /// <summary>The name in the record, where it was no safe file name.</summary>
    public string? Renamed { get; init; }

    /// <summary>The place of its lyrics, for messages.</summary>
    public string LyricsPlace => Place is null ? "--lyrics" : $"{Place}: gt_lyric";

    /// <summary>The place of its description, for messages.</summary>
    public string DescriptionPlace => Place is null ? "--description" : $"{Place}: descriptions";

    /// <summary>The song of <c>--lyrics</c> and <c>--description</c>.</summary>
    /// <param name="lyrics">Null where nothing is sung: the model reads a full stop then.</param>
    /// <param name="description">The tags, or null.</param>
    /// <param name="prompt">The audio prompt, or null.</param>
    public static InputSong FromCommandLine(string? lyrics, string? description, AudioPrompt? prompt = null)
    {
        lyrics ??= ".";
        var record = new JsonObject { ["idx"] = OnlyIndex, ["gt_lyric"] = lyrics };
        if (description is not null)
            record["descriptions"] = description;
        foreach ((string? field, string? value) in prompt?.InOrder().Zip(AudioPrompt.Fields.InOrder(), (value, field) => (field, value)) ?? [])
        {
            if (value is not null)
                record[field!] = value;
        }
        return new(null, OnlyIndex, lyrics, description, record) { Prompt = prompt };
    }

    /// <summary>One of several songs of this record.</summary>
    public InputSong Take(int number, ulong seed)
    {
        var record = (JsonObject)Record.DeepClone();
        string name = string.Create(CultureInfo.InvariantCulture, $"{Index}_take{number}");
        (record["idx"], record["seed"]) = (name, seed);
        return this with { Index = name, Record = record };
    }

    /// <summary>Fields that have no meaning here.</summary>
    public static IEnumerable<string> UnknownFields(JsonObject record) => record.Select(field => field.Key).Except(Fields);

    /// <summary>Reads a record; null and problems if something is wrong with it.</summary>
    /// <param name="place">File and line.</param>
    /// <param name="record">The record.</param>
    /// <param name="problems">Receives what is wrong with it.</param>
    /// <param name="lenient">Whether a name that is no safe file name is replaced.</param>
    /// <param name="folder">The folder of relative paths, before the current one; null for the current one alone.</param>
    public static InputSong? FromRecord(
        string place, JsonObject record, ICollection<string> problems, bool lenient = false, string? folder = null)
    {
        int before = problems.Count;
        string? written = Name(), lyrics = Text("gt_lyric", required: true), index = written;
        string? description = record["descriptions"] is JsonArray ? TextList("descriptions") : Text("descriptions");
        if (index is not null && SafeFileName.Problem(index) is { } unsafeName)
        {
            index = SafeFileName.Of(index);
            if (!lenient)
                problems.Add($"{place}: idx {unsafeName} '{index}' would do; --lenient uses it.");
        }
        AudioPrompt? prompt = PromptOf();
        ulong? seed = Number<ulong>("seed", "a whole number from 0");
        double? seconds = Number<double>("duration", "a number of seconds");
        if (seconds is <= 0 or > 24 * 60 * 60 or double.NaN)
            problems.Add($"{place}: duration is a number of seconds up to a day, not {record["duration"]!.ToJsonString()}.");
        SongType? type = TypeOf();
        return problems.Count > before ? null : new(place, index!, lyrics!, description, record)
        {
            Seed = seed,
            Duration = seconds is { } length ? TimeSpan.FromSeconds(length) : null,
            Type = type,
            Prompt = prompt,
            Renamed = index == written ? null : written,
        };

        string? Name() => record["idx"] is { } value && value.GetValueKind() == JsonValueKind.Number
            ? value.ToJsonString() : Text("idx", required: true);

        string? Text(string field, bool required = false)
        {
            if (record[field] is not { } value)
            {
                if (required)
                    problems.Add($"{place}: {field} is missing{Hint(field)}.");
                return null;
            }
            return value.GetValueKind() == JsonValueKind.String && TextOf(value) is { } text ? text : Wrong(field);
        }

        string? TextList(string field)
        {
            string?[] parts = [.. record[field]!.AsArray().Select(part => part is null ? null : TextOf(part))];
            return parts.Contains(null) ? Wrong(field) : string.Join(", ", parts);
        }

        string? Wrong(string field)
        {
            problems.Add($"{place}: {field} is no text.");
            return null;
        }

        string Hint(string field) =>
            record.Select(pair => pair.Key).FirstOrDefault(key => Synonyms.GetValueOrDefault(key) == field) is { } key ? $": did you mean {field} where it says {key}" : "";

        T? Number<T>(string field, string expected) where T : struct, IParsable<T>
        {
            if (record[field] is not { } value)
                return null;
            if (value.GetValueKind() == JsonValueKind.Number
                && T.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out T number))
                return number;
            problems.Add($"{place}: {field} is {expected}, not {value.ToJsonString()}.");
            return null;
        }

        AudioPrompt? PromptOf()
        {
            AudioPrompt names = AudioPrompt.Fields;
            var given = new AudioPrompt(Text(names.Mix!), Text(names.Vocal!), Text(names.Accompaniment!), Text(names.Genre!));
            var wrong = new List<string>();
            AudioPrompt? found = AudioPrompt.Find(given, names, folder, wrong);
            wrong.ForEach(problem => problems.Add($"{place}: {problem}"));
            return found;
        }

        SongType? TypeOf()
        {
            if (Text("type") is not { } text)
                return null;
            foreach (SongType type in Enum.GetValues<SongType>())
                if (ProgramArguments.Name(type) == text)
                    return type;
            string known = string.Join(", ", Enum.GetValues<SongType>().Select(ProgramArguments.Name));
            problems.Add($"{place}: type is one of {known}, not '{text}'.");
            return null;
        }
    }

    /// <summary>A text; null for another kind of value and for half a character.</summary>
    private static string? TextOf(JsonNode value)
    {
        try
        {
            return value.GetValue<string>();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
