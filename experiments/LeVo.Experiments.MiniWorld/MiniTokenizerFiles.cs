using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeVo.Core.Model;
using LeVo.Core.Text;

namespace LeVo.Experiments.MiniWorld;

/// <summary>A tokenizer of single bytes in Qwen2's files: 256 symbols, no merges, three added tokens.</summary>
public static class MiniTokenizerFiles
{
    /// <summary>Id of the padding token; text start is 257, text end 258, structure tags follow at 259.</summary>
    public const int PadId = 256;

    private static readonly string[] Added = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
    private static readonly JsonSerializerOptions Format =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int LastTextToken = PadId + 2;

    /// <summary>A LeLM of these sizes that reads this tokenizer's ids, by the text rules of v1.</summary>
    internal static LeLmConfig Fit(LeLmConfig sizes) => sizes with
    {
        LyricsVocabulary = LastTextToken + 1 + sizes.StructureTags.Count,
        DescriptionVocabulary = LastTextToken + 1,
        StructureRows = 16,
        TextRules = TextRules.V1,
        TextPadId = PadId,
        StructureBase = LastTextToken,
    };

    /// <summary>Writes <c>vocab.json</c>, <c>merges.txt</c> and <c>tokenizer_config.json</c>.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "vocab.json"), Vocabulary().ToJsonString(Format));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n");
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), Config().ToJsonString(Format));
    }

    // GPT-2's order: the printable bytes stand for themselves and come first, the rest follow as U+0100, U+0101, ...
    private static JsonObject Vocabulary()
    {
        var vocabulary = new JsonObject();
        for (int b = 0; b < 256; b++)
            if (IsPrintable(b))
                vocabulary.Add(((char)b).ToString(), vocabulary.Count);
        for (int symbol = 256; vocabulary.Count < 256; symbol++)
            vocabulary.Add(((char)symbol).ToString(), vocabulary.Count);
        return vocabulary;
    }

    private static bool IsPrintable(int b) => b is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);

    private static JsonObject Config()
    {
        var added = new JsonObject();
        for (int i = 0; i < Added.Length; i++)
            added.Add((PadId + i).ToString(), new JsonObject
            {
                ["content"] = Added[i],
                ["lstrip"] = false,
                ["normalized"] = false,
                ["rstrip"] = false,
                ["single_word"] = false,
                ["special"] = true,
            });
        return new JsonObject
        {
            ["add_prefix_space"] = false,
            ["added_tokens_decoder"] = added,
            ["additional_special_tokens"] = new JsonArray("<|im_start|>", "<|im_end|>"),
            ["bos_token"] = null,
            ["eos_token"] = "<|endoftext|>",
            ["errors"] = "replace",
            ["pad_token"] = "<|endoftext|>",
            ["tokenizer_class"] = "Qwen2Tokenizer",
            ["unk_token"] = null,
        };
    }
}
