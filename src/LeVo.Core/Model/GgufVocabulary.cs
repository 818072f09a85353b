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

    /// <summary>Reads the vocabulary. The list of tokens may go on with added ones.</summary>
    /// <exception cref="InvalidDataException">It is missing or invalid.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static Qwen2Vocabulary Read(string path)
    {
        GgufHeader header = GgufHeader.Read(path);
        if (!IsIn(header) || header.Values.GetValueOrDefault(KindKey, Kind) != Kind)
            throw new InvalidDataException($"'{path}' has no tokenizer of the kind '{Kind}'.");
        string[] tokens = header.ReadStrings(TokensKey)!;
        int added = Array.IndexOf(tokens, AddedTokens.TextPad);
        return Qwen2Vocabulary.Create(path, added < 0 ? tokens : tokens[..added], header.ReadStrings(MergesKey)!,
            header.Values.GetValueOrDefault(ConfigKey));
    }
}
