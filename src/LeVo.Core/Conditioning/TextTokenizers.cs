using LeVo.Core.Model;
using LeVo.Core.Text;

namespace LeVo.Core.Conditioning;

/// <summary>LeLM's two tokenizers over one vocabulary, each with its added tokens.</summary>
internal sealed record TextTokenizers(Qwen2Tokenizer Lyrics, Qwen2Tokenizer Description)
{
    /// <param name="folder">Folder of the vocabulary, or the GGUF file that has it.</param>
    /// <param name="config">Text rules and structure tags.</param>
    public static TextTokenizers Load(string folder, LeLmConfig config)
    {
        Qwen2Vocabulary vocabulary = File.Exists(folder) ? GgufVocabulary.Read(folder) : Qwen2Vocabulary.Load(folder);
        return new(new(vocabulary, AddedTokens.ForLyrics(config.TextRules, config.StructureTags)),
            new(vocabulary, AddedTokens.ForDescription(config.TextRules)));
    }
}
