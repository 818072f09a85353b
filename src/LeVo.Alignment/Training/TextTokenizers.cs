using LeVo.Core.Conditioning;
using LeVo.Core.LanguageModel;
using LeVo.Core.Text;

namespace LeVo.Alignment.Training;

internal static class TextTokenizers
{
    public static ConditionPreparer Preparer(LeLmConfig config, string folder)
    {
        Qwen2Vocabulary vocabulary = Qwen2Vocabulary.Load(folder);
        return new(config, new Qwen2Tokenizer(vocabulary, config.StructureTags), new Qwen2Tokenizer(vocabulary, []));
    }
}
