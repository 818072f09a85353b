using System.Text.Json;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Conditioning;

/// <summary>Lyrics, descriptions and prompts to ids and embeddings, under both text rules, against the reference.</summary>
[Trait("Category", "Golden")]
public sealed class ConditionerGoldenTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Files => GoldenFiles.Named("conditioners");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void ConditionsAgree(string relative)
    {
        using var golden = new GoldenTensors(relative);
        using var scope = NewDisposeScope();
        using JsonDocument cases = JsonDocument.Parse(golden.Metadata["cases"]);
        LeLmConfig config = GoldenLeLm.Config(golden.Metadata["config"], "v2");
        var builder = new ParameterBuilder(new NameSeededSource(golden.Metadata["weight_prefix"]));
        var embedder = new ConditionEmbedder(builder, new LeLmTensors(config).Conditions, config);
        using ParameterSet parameters = builder.Build("conditioners");

        foreach (string version in (string[])["v1", "v2"])
        {
            LeLmConfig versioned = GoldenLeLm.Config(golden.Metadata["config"], version);
            ConditionPreparer preparer = GoldenLeLm.Preparer(relative, versioned);
            foreach (JsonProperty one in cases.RootElement.EnumerateObject())
            {
                if (one.Name.StartsWith("lyrics", StringComparison.Ordinal))
                    Lyrics(golden, $"{one.Name}.{version}", Texts(one.Value), versioned, preparer, embedder);
                else if (one.Name.StartsWith("type", StringComparison.Ordinal))
                    Descriptions(golden, $"{one.Name}.{version}", Texts(one.Value), versioned, preparer, embedder);
            }
        }
        foreach (JsonProperty one in cases.RootElement.EnumerateObject())
        {
            if (one.Name.StartsWith("prompt", StringComparison.Ordinal))
                Prompt(golden, one.Name, config, embedder);
            else if (one.Name.StartsWith("pair", StringComparison.Ordinal))
                Pair(one);
        }
        golden.Complete();
    }

    private static void Lyrics(GoldenTensors golden, string name, string?[] texts, LeLmConfig config,
        ConditionPreparer preparer, ConditionEmbedder embedder)
    {
        Ids(golden, name, [.. texts.Select(preparer.LyricsTokens)], config);
        ConditionIds[] songs = [.. texts.Select(text => preparer.Prepare(new(text)))];
        golden.CompareExact(name + ".cover",
            tensor([.. songs.SelectMany(song => song.Sections)], [songs.Length, config.LyricsLength]));
        golden.CompareExact(name + ".mask", Mask(songs.Select(song => song.LyricsCount), config.LyricsLength));
        golden.Compare(name + ".embeds", embedder.EmbedLyrics(songs), Tolerance);
    }

    private static void Descriptions(GoldenTensors golden, string name, string?[] texts, LeLmConfig config,
        ConditionPreparer preparer, ConditionEmbedder embedder)
    {
        Ids(golden, name, [.. texts.Select(preparer.DescriptionTokens)], config);
        ConditionIds[] songs = [.. texts.Select(text => preparer.Prepare(new(null, text)))];
        golden.CompareExact(name + ".mask", Mask(songs.Select(song => song.DescriptionCount), config.DescriptionLength));
        golden.Compare(name + ".embeds", embedder.EmbedDescription(songs), Tolerance);
    }

    /// <summary>The reference's ids are padded to the batch's longest; that padding is never seen by the model.</summary>
    private static void Ids(GoldenTensors golden, string name, int[][] rows, LeLmConfig config)
    {
        int longest = rows.Max(row => row.Length);
        long[] padded = [.. rows.SelectMany(row => ConditionPreparer.Fit(row, longest, config.TextPadId))];
        golden.CompareExact(name + ".ids", tensor(padded, [rows.Length, longest]));
        golden.CompareExact(name + ".attn", Mask(rows.Select(row => row.Length), longest));
    }

    /// <summary>Rows: the prompt as given, and its guidance row.</summary>
    private static void Prompt(GoldenTensors golden, string name, LeLmConfig config, ConditionEmbedder embedder)
    {
        int[,] codes = GoldenLeLm.Codes(golden.Read(name + ".tokens")[0]);
        int[,] absent = new int[codes.GetLength(0), codes.GetLength(1)];
        for (int i = 0; i < codes.Length; i++)
            absent[i / codes.GetLength(1), i % codes.GetLength(1)] = config.PromptNullId;
        int[][,] rows = [PromptCodes.WithEnd(codes, config), PromptCodes.WithEnd(absent, config)];
        long[] flat = [.. rows.SelectMany(row => row.Cast<int>()).Select(id => (long)id)];
        golden.CompareExact(name + ".wav", tensor(flat, [2, 1, rows[0].Length]));
        int length = rows[0].GetLength(1);
        golden.CompareExact(name + ".length", tensor((long[])[length, 0]));
        golden.CompareExact(name + ".mask", Mask([length + 1, 1], config.PromptLength));

        long[] columns = [.. rows.SelectMany(row => PromptCodes.Columns(row, config))];
        ConditionPrefix embedded = embedder.EmbedPrompt([.. columns.Chunk(columns.Length / 2).Select(Prompted)]);
        golden.Compare(name + ".embeds1", embedded.Mixed, Tolerance);
        golden.Compare(name + ".embeds2", embedded.Tracks, Tolerance);
        if (codes.GetLength(1) != config.PromptFrames)
            return;
        long[] prepared = PromptCodes.Columns(PromptCodes.WithEnd(PromptCodes.Fit(null, config), config), config);
        Assert.Equal(columns[prepared.Length..], prepared);
    }

    private static ConditionIds Prompted(long[] columns) =>
        new() { Lyrics = [], Sections = [], Description = [], Prompt = columns, LyricsCount = 0, DescriptionCount = 0 };

    private static void Pair(JsonProperty pair)
    {
        SongCondition given =
            new(pair.Value.GetProperty("lyrics").GetString(), pair.Value.GetProperty("description").GetString());
        JsonElement conditional = pair.Value.GetProperty("conditional_text"), absent = pair.Value.GetProperty("null_text");
        Assert.Equal(conditional.GetProperty(ConditionNames.Lyrics).GetString(), given.Lyrics);
        Assert.Equal(conditional.GetProperty(ConditionNames.Description).GetString(), given.Description);
        Assert.Equal(absent.GetProperty(ConditionNames.Lyrics).GetString(), given.ToAbsent().Lyrics);
        Assert.Equal(absent.GetProperty(ConditionNames.Description).GetString(), given.ToAbsent().Description);
        Assert.Null(given.ToAbsent().Prompt);
    }

    private static Tensor Mask(IEnumerable<int> counts, int length)
    {
        int[] rows = [.. counts];
        return tensor([.. rows.SelectMany(n => Enumerable.Range(0, length).Select(i => i < n ? 1L : 0L))], [rows.Length, length]);
    }

    private static string?[] Texts(JsonElement strings) => [.. strings.EnumerateArray().Select(text => text.GetString())];
}
