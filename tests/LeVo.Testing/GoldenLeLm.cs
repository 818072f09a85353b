using System.Text.Json;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Testing;

/// <summary>What the metadata of a LeLM golden say about the model.</summary>
internal static class GoldenLeLm
{
    /// <summary>The model's sizes from a resolved config in JSON and the version of the text rules ("v1" or "v2").</summary>
    public static LeLmConfig Config(string json, string version)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement, lm = root.GetProperty("lm");
        JsonElement delay = root.GetProperty("codebooks_pattern").GetProperty("delay");
        JsonElement guidance = root.GetProperty("classifier_free_guidance");
        JsonElement conditioners = root.GetProperty("conditioners");
        JsonElement lyrics = conditioners.GetProperty("description").GetProperty("QwTokenizer");
        JsonElement style = conditioners.GetProperty("type_info").GetProperty("QwTextTokenizer");
        JsonElement prompt = conditioners.GetProperty("prompt_audio").GetProperty("qt_embedding");
        string[] tags = [.. lyrics.GetProperty("add_token_list").EnumerateArray().Select(tag => tag.GetString()!)];
        bool first = version == "v1";
        return new()
        {
            Width = lm.GetProperty("dim").GetInt32(),
            FeedForwardWidth = lm.GetProperty("intermediate_size").GetInt32(),
            Heads = lm.GetProperty("num_heads").GetInt32(),
            MixedLayers = lm.GetProperty("num_layers").GetInt32(),
            TrackLayers = lm.GetProperty("num_layers_sub").GetInt32(),
            Codebooks = lm.GetProperty("code_depth").GetInt32(),
            CodeSize = lm.GetProperty("code_size").GetInt32(),
            MixedRopeTheta = lm.GetProperty("rope_theta").GetSingle(),
            TrackRopeTheta = lm.GetProperty("rope_theta_sub").GetSingle(),
            Delays = [.. delay.GetProperty("delays").EnumerateArray().Select(d => d.GetInt32())],
            FlattenFirst = delay.GetProperty("flatten_first").GetInt32(),
            EmptyInitial = delay.GetProperty("empty_initial").GetInt32(),
            FrameRate = root.GetProperty("audio_tokenizer_frame_rate").GetInt32(),
            MaxSeconds = root.GetProperty("max_dur").GetDouble(),
            PromptSeconds = root.GetProperty("prompt_len").GetInt32(),
            LyricsLength = lyrics.GetProperty("max_len").GetInt32(),
            DescriptionLength = style.GetProperty("max_len").GetInt32(),
            PromptLength = prompt.GetProperty("max_len").GetInt32(),
            PromptCodeSize = prompt.GetProperty("code_size").GetInt32(),
            PrefixOrder = [.. root.GetProperty("fuser").GetProperty("prepend").EnumerateArray().Select(name => name.GetString()!)],
            StructureTags = tags,
            LyricsVocabulary = 151_646 + tags.Count(tag => tag != "."),
            DescriptionVocabulary = first ? 151_646 : 151_652,
            TextRules = first ? TextRules.V1 : TextRules.V2,
            GuidanceCoefficient = guidance.GetProperty("inference_coef").GetDouble(),
            ConditionDropout = guidance.GetProperty("training_dropout").GetDouble(),
            AttributeDropouts = AttributeDropouts(root.GetProperty("attribute_dropout")),
        };
    }

    /// <summary>Texts to ids with the goldens' own tokenizer.</summary>
    public static ConditionPreparer Preparer(string relative, LeLmConfig config)
    {
        Qwen2Vocabulary vocabulary = Qwen2Vocabulary.Load(Golden.Helper(relative, "lelm", "tokenizer"));
        return new(config,
            new Qwen2Tokenizer(vocabulary, AddedTokens.ForLyrics(config.TextRules, config.StructureTags)),
            new Qwen2Tokenizer(vocabulary, AddedTokens.ForDescription(config.TextRules)));
    }

    /// <summary>Conditions from a JSON object with lyrics and description, and a prompt [codebooks, frames].</summary>
    public static SongCondition Conditions(string json, Tensor prompt)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return new(document.RootElement.GetProperty("lyrics").GetString(),
            document.RootElement.GetProperty("description").GetString())
        {
            Prompt = Song(prompt),
        };
    }

    /// <summary>A song of codes [3, frames], int64.</summary>
    public static SongTokens Song(Tensor codes) => SongTokens.FromCodes(
        [.. codes.contiguous().data<long>().ToArray().Select(code => (int)code)], frameRate: 25);

    /// <summary>Codes [codebooks, frames] of an int64 tensor.</summary>
    public static int[,] Codes(Tensor tensor)
    {
        var codes = new int[tensor.size(0), tensor.size(1)];
        long[] flat = tensor.contiguous().data<long>().ToArray();
        for (int i = 0; i < flat.Length; i++)
            codes[i / codes.GetLength(1), i % codes.GetLength(1)] = (int)flat[i];
        return codes;
    }

    /// <summary>Draws of attribute dropout in file order; entries that are no probability only consume their draw.</summary>
    public static AttributeDropout[] AttributeDropouts(JsonElement groups) =>
    [
        .. groups.EnumerateObject().SelectMany(group => group.Value.EnumerateObject()).Select(entry =>
            entry.Value.ValueKind == JsonValueKind.Number
                ? new AttributeDropout(entry.Name, entry.Value.GetDouble())
                : new AttributeDropout(null, 0)),
    ];
}
