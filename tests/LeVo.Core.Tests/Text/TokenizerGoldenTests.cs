using System.Text.Json;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Text;

[Trait("Category", "Golden")]
public class TokenizerGoldenTests
{
    private static readonly IReadOnlyList<string> Tags = new LeLmConfig().StructureTags;

    public static TheoryData<string> TensorFiles => [.. Files("tokenizer", ".safetensors")];

    public static TheoryData<string> LineFiles => [.. Files("token_ids", ".jsonl")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(TensorFiles))]
    public void Ids_equal_the_references(string relative)
    {
        using Checkpoint file = Golden.Open(relative);
        Qwen2Vocabulary vocabulary = Qwen2Vocabulary.Load(Golden.Helper(relative, "lelm", "tokenizer"));
        var strings = JsonSerializer.Deserialize<Dictionary<string, string>>(file.Metadata["strings"])!;
        Assert.NotEmpty(file.Tensors);
        var tokenizers = new Dictionary<string, Qwen2Tokenizer>();
        foreach (string name in file.Tensors.Keys)
        {
            string[] parts = name.Split('.', 2); // t0.description.v1
            if (!tokenizers.TryGetValue(parts[1], out Qwen2Tokenizer? tokenizer))
            {
                tokenizers[parts[1]] = tokenizer = Tokenizer(vocabulary, parts[1]);
                string added = file.Metadata["added_" + parts[1].Replace('.', '_')];
                foreach ((string token, int id) in JsonSerializer.Deserialize<Dictionary<string, int>>(added)!)
                    Assert.Equal(id, tokenizer.IdOf(token));
            }
            using Tensor stored = file.Load(name);
            Assert.Equal(stored.data<long>().ToArray().Select(id => (int)id), tokenizer.Encode(strings[parts[0]]));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(LineFiles))]
    public void Ids_equal_a_second_implementations(string relative)
    {
        string folder = Path.GetDirectoryName(Golden.Helper(relative, "qwen2", "vocab.json"))!;
        Qwen2Vocabulary vocabulary = Qwen2Vocabulary.Load(folder);
        var tokenizers = new Dictionary<string, Qwen2Tokenizer>
        {
            ["lyrics_v1"] = Tokenizer(vocabulary, "description.v1"),
            ["lyrics_v2"] = Tokenizer(vocabulary, "description.v2"),
            ["style_v1"] = Tokenizer(vocabulary, "type_info.v1"),
            ["style_v2"] = Tokenizer(vocabulary, "type_info.v2"),
        };
        int compared = 0;
        foreach (string line in File.ReadLines(Golden.Full(relative)).Where(line => line.Length > 0))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string text = document.RootElement.GetProperty("text").GetString()!;
            foreach (JsonProperty property in document.RootElement.EnumerateObject().Where(p => p.Name != "text"))
            {
                IEnumerable<int> expected = property.Value.EnumerateArray().Select(id => id.GetInt32());
                Assert.Equal(expected, tokenizers[property.Name].Encode(text));
                compared++;
            }
        }
        Assert.True(compared > 0, "the file has no ids");
    }

    private static IEnumerable<string> Files(string stem, string extension) => Golden.Files.Where(path =>
        Path.GetExtension(path) == extension && Path.GetFileName(path).StartsWith(stem, StringComparison.Ordinal));

    private static Qwen2Tokenizer Tokenizer(Qwen2Vocabulary vocabulary, string name) => new(vocabulary, name switch
    {
        "description.v1" => AddedTokens.ForLyrics(TextRules.V1, Tags),
        "description.v2" => AddedTokens.ForLyrics(TextRules.V2, Tags),
        "type_info.v1" => AddedTokens.ForDescription(TextRules.V1),
        "type_info.v2" => AddedTokens.ForDescription(TextRules.V2),
        _ => throw new ArgumentException($"Unknown tokenizer '{name}'."),
    });
}
