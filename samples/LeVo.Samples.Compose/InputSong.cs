using System.Text.Json.Nodes;

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

    /// <summary>The place of its lyrics, for messages.</summary>
    public string LyricsPlace => Place is null ? "--lyrics" : $"{Place}: gt_lyric";

    /// <summary>The place of its description, for messages.</summary>
    public string DescriptionPlace => Place is null ? "--description" : $"{Place}: descriptions";

    /// <summary>The song of <c>--lyrics</c> and <c>--description</c>.</summary>
    /// <param name="lyrics">Null where nothing is sung: the model reads a full stop then.</param>
    /// <param name="description">The tags, or null.</param>
    public static InputSong FromCommandLine(string? lyrics, string? description)
    {
        lyrics ??= ".";
        var record = new JsonObject { ["idx"] = OnlyIndex, ["gt_lyric"] = lyrics };
        if (description is not null)
            record["descriptions"] = description;
        return new(null, OnlyIndex, lyrics, description, record);
    }

    /// <summary>Reads a record; null and problems if something is wrong with it.</summary>
    public static InputSong? FromRecord(string place, JsonObject record, ICollection<string> problems)
    {
        int before = problems.Count;
        string? index = Text("idx", required: true), lyrics = Text("gt_lyric", required: true);
        string? description = Text("descriptions");
        string? prompt = Text("prompt_audio_path"), genre = Text("auto_prompt_audio_type");
        if (index is not null && SafeFileName.Problem(index) is { } unsafeName)
            problems.Add($"{place}: idx {unsafeName}");
        if (AudioPrompt.Problem(prompt, genre) is { } refused)
            problems.Add($"{place}: {refused}");
        return problems.Count == before ? new(place, index!, lyrics!, description, record) : null;

        string? Text(string field, bool required = false)
        {
            if (record[field] is not { } value)
            {
                if (required)
                    problems.Add($"{place}: {field} is missing.");
                return null;
            }
            try
            {
                return value.GetValue<string>();
            }
            catch (InvalidOperationException) // another kind of value, or half a character
            {
                problems.Add($"{place}: {field} is no text.");
                return null;
            }
        }
    }
}
