using LeVo.Core.Checkpoints;
using LeVo.Core.Text;

namespace LeVo.Core.Model;

/// <summary>The tokenizer in the metadata of a GGUF file.</summary>
internal static class GgufVocabulary
{
    private const string TokensKey = "tokenizer.ggml.tokens", MergesKey = "tokenizer.ggml.merges";
    private const string KindKey = "tokenizer.ggml.model", Kind = "gpt2";
    private const string ConfigKey = "levo2.tokenizer.config.json";

    /// <summary>Whether a file has one.</summary>
    public static bool IsIn(GgufHeader header) =>
        header.Arrays.ContainsKey(TokensKey) && header.Arrays.ContainsKey(MergesKey);

    /// <summary>Reads the vocabulary.</summary>
    /// <exception cref="InvalidDataException">It is missing or invalid.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static Qwen2Vocabulary Read(string path)
    {
        (IReadOnlyList<string> tokens, IReadOnlyList<string> merges, string? config) = ReadLists(path);
        return Qwen2Vocabulary.Create(path, tokens, merges, config);
    }

    /// <summary>Reads the entries in the order of their ids, the merges, and the content of tokenizer_config.json. The list of
    /// tokens in the file may go on with added ones.</summary>
    /// <exception cref="InvalidDataException">The file has no such tokenizer.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static (IReadOnlyList<string> Tokens, IReadOnlyList<string> Merges, string? Config) ReadLists(string path)
    {
        GgufHeader header = GgufHeader.Read(path);
        if (!IsIn(header) || header.Values.GetValueOrDefault(KindKey, Kind) != Kind)
            throw new InvalidDataException($"'{path}' has no tokenizer of the kind '{Kind}'.");
        string[] tokens = header.ReadStrings(TokensKey)!;
        int added = Array.IndexOf(tokens, AddedTokens.TextPad);
        return (added < 0 ? tokens : tokens[..added], header.ReadStrings(MergesKey)!, header.Values.GetValueOrDefault(ConfigKey));
    }
}
