using System.Text.Json;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Core.Tests.Text;

/// <summary>The text sections of text_rules.json; condition dropout is compared with the conditioners.</summary>
[Trait("Category", "Golden")]
public class TextRulesGoldenTests
{
    private const string Elsewhere = "condition_dropout";

    public static TheoryData<string, string> Sections
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (string relative in Golden.Files.Where(path =>
                Path.GetFileName(path).StartsWith("text_rules", StringComparison.Ordinal)
                && path.EndsWith(".json", StringComparison.Ordinal)))
            {
                using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Golden.Full(relative)));
                foreach (JsonProperty section in document.RootElement.EnumerateObject().Where(s => s.Name != Elsewhere))
                    rows.Add(relative, section.Name);
            }
            return rows;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Sections))]
    public void Rules_equal_the_references(string relative, string section)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Golden.Full(relative)));
        Action<JsonElement> compare = section switch
        {
            "language" => Language,
            "description_assembly" => Assembly,
            "ui_normalisation" => Normalisation,
            "lyric_cleanup" => Cleanup,
            _ => throw new InvalidDataException($"Nobody compares the section '{section}'."),
        };
        foreach (JsonElement entry in document.RootElement.GetProperty(section).EnumerateArray())
            compare(entry);
    }

    private static void Language(JsonElement entry) =>
        Assert.Equal(entry.GetProperty("lang").GetString(), SongLanguage.Detect(Text(entry, "text")!));

    private static void Assembly(JsonElement entry)
    {
        TextRules rules = Text(entry, "version") switch
        {
            "v1" => TextRules.V1,
            "v2" => TextRules.V2,
            var other => throw new InvalidDataException($"Unknown rules '{other}'."),
        };
        SongPart part = Text(entry, "gen_type") switch
        {
            "mixed" or "separate" => SongPart.Mixed,
            "vocal" => SongPart.Vocal,
            "bgm" => SongPart.Accompaniment,
            var other => throw new InvalidDataException($"Unknown part '{other}'."),
        };
        string? style = StyleText.Assemble(rules, Text(entry, "item_descriptions"), part);
        Assert.Equal(Text(entry, "type_info"), style);
        Assert.Equal(Text(entry, "null_type_info"), StyleText.Null(style));
    }

    private static void Normalisation(JsonElement entry)
    {
        string? lyrics = null, error = null;
        try
        {
            lyrics = WebLyrics.Normalize(Text(entry, "lyric")!);
        }
        catch (LyricsFormatException e)
        {
            error = Assert.Single(e.Findings).Code;
        }
        Assert.Equal(Text(entry, "error"), error);
        Assert.Equal(Text(entry, "model_lyric"), lyrics);
        Assert.Equal(entry.GetProperty("ok").GetBoolean(), error is null);
        if (error is not null)
            return;
        Assert.Equal((Text(entry, "model_description"), Text(entry, "model_genre")), WebLyrics.NormalizeStyle(
            Text(entry, "description"), Text(entry, "genre"), entry.GetProperty("has_prompt_audio").GetBoolean()));
    }

    private static void Cleanup(JsonElement entry) =>
        Assert.Equal(Text(entry, "out"), Lyrics.WithoutDoubleSpaces(Text(entry, "in")!));

    private static string? Text(JsonElement entry, string name) => entry.GetProperty(name).GetString();
}
