using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LeVo.Core.Text;
using LeVo.Testing;

namespace LeVo.Core.Tests.Text;

public sealed class TokenizerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("levo-text-").FullName;

    private static readonly string Qwen2 = Path.Combine(Golden.Carried, "qwen2");
    private static readonly Lazy<Qwen2Vocabulary> Shared = new(() => Qwen2Vocabulary.Load(Qwen2));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_second_implementation_agrees_on_random_texts()
    {
        var tokenizer = new Qwen2Tokenizer(Shared.Value, []);
        int count = 0;
        foreach (string line in File.ReadLines(TextFiles.Path("cases.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string text = document.RootElement.GetProperty("text").GetString()!;
            string normal = Nfc.Normalize(text);
            Assert.Equal(document.RootElement.GetProperty("nfc").GetString(), normal);
            var pieces = new List<string>();
            for (int at = 0; at < normal.Length; at += pieces[^1].Length)
                pieces.Add(normal.Substring(at, PreTokenizer.NextLength(normal.AsSpan(at))));
            JsonElement expected = document.RootElement;
            Assert.Equal(expected.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()), pieces);
            IEnumerable<int> ids = expected.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32());
            Assert.Equal(ids, tokenizer.Encode(text));
            count++;
        }
        Assert.True(count > 100, $"only {count} cases");
    }

    [Fact]
    public void Added_tokens_cut_leftmost_and_longest_and_only_as_they_are_spelt()
    {
        var tokenizer = new Qwen2Tokenizer(TinyVocabulary(), ["[a]", "[a]b", "a]b"]);
        Assert.Equal([258, 256, 259, 'c', 'x', 260], tokenizer.Encode("[a]<pad>[a]bcxa]b"));
        Assert.Equal(['[', 'A', ']'], tokenizer.Encode("[A]"));
        Assert.Equal(261, tokenizer.RowCount);
    }

    [Fact]
    public void A_token_of_the_vocabulary_keeps_its_id_and_cuts_once_added()
    {
        var plain = new Qwen2Tokenizer(Shared.Value, []);
        var cutting = new Qwen2Tokenizer(Shared.Value, ["new", "..", "next"]);
        int pair = plain.IdOf("..")!.Value;
        Assert.Single(plain.Encode("..."));
        Assert.Equal([pair, 13], cutting.Encode("..."));
        Assert.Equal((Shared.Value.IdOf("new"), 151_643), (cutting.IdOf("new"), cutting.IdOf("<|endoftext|>")));
        Assert.Equal(Shared.Value.BaseCount + 3, cutting.RowCount);
        Assert.Null(cutting.IdOf("no such token"));
    }

    [Fact]
    public void A_vocabulary_of_bytes_alone_works()
    {
        var tokenizer = new Qwen2Tokenizer(TinyVocabulary(), ["[verse]", "."]);
        Assert.Equal((256, 257, 258, '.'),
            (tokenizer.IdOf("<pad>"), tokenizer.IdOf("<|im_start|>"), tokenizer.IdOf("[verse]"), tokenizer.IdOf(".")));
        Assert.Equal([257, 258, ' ', .. Encoding.UTF8.GetBytes("é春"), '.'],
            tokenizer.Encode("<|im_start|>[verse] e\u0301春."));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_the_replacement_character()
    {
        var tokenizer = new Qwen2Tokenizer(TinyVocabulary(), []);
        Assert.Equal([.. "春a"u8.ToArray(), 0xEF, 0xBF, 0xBD, 'b'], tokenizer.Encode("春a\ud842b"));
        Assert.Equal([0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD], tokenizer.Encode("\udc00\ud800"));
    }

    [Fact]
    public void Merges_follow_their_ranks_and_skip_lines_that_begin_with_a_hash()
    {
        WriteTiny(["ab", "abc", "bc", "##", "aa", "aaa"],
            ["#version: 0.2", "b c", "# #", "", "a b", "ab c", "a a", "aa a"]);
        var tokenizer = new Qwen2Tokenizer(Qwen2Vocabulary.Load(folder), []);
        int[] added = [258, 259, 260, 261, 262, 263];
        Assert.Equal(['a', added[2]], tokenizer.Encode("abc")); // b c first; a bc is no pair
        Assert.Equal(['#', '#'], tokenizer.Encode("##"));
        Assert.Equal([added[4], added[5]], tokenizer.Encode("aaaaa")); // all pairs a a from the left, then aa a
    }

    [Fact]
    public void Speed_is_no_matter_for_lyrics_and_tolerable_for_one_endless_word()
    {
        var tokenizer = new Qwen2Tokenizer(Shared.Value, []);
        string word = string.Concat(Enumerable.Range(0, 100_000).Select(i => (char)('a' + i * 7919 % 26)));
        var watch = Stopwatch.StartNew();
        int[] ids = tokenizer.Encode(word);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed} for one word of {word.Length} letters");
        Assert.True(ids.Length < word.Length);
    }

    [Fact]
    public void One_tokenizer_serves_threads_at_once()
    {
        var tokenizer = new Qwen2Tokenizer(Qwen2Vocabulary.Load(Qwen2), ["[verse]"]);
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => $"[verse] Line {i} of the light. 春天的河 {i * 37}")];
        int[][] expected = [.. texts.Select(text => new Qwen2Tokenizer(Shared.Value, ["[verse]"]).Encode(text))];
        Parallel.For(0, 400, i => Assert.Equal(expected[i % 40], tokenizer.Encode(texts[i % 40])));
    }

    [Theory]
    [InlineData("vocab.json", "[]", "not a JSON object")]
    [InlineData("vocab.json", "{\"a\":0,", "not JSON")]
    [InlineData("vocab.json", "{\"a\":\"b\"}", "has no id")]
    [InlineData("vocab.json", "{\"a\":0,\"a\":1}", "twice")]
    [InlineData("vocab.json", "{\"a\":0,\"b\":0}", "occurs twice")]
    [InlineData("vocab.json", "{\"a\":0,\"b\":2000000000}", "leaves a gap")]
    [InlineData("vocab.json", "{\"!\":0}", "of byte 0")]
    [InlineData("merges.txt", "ab", "line 1 is not a pair")]
    [InlineData("merges.txt", "#\na b", "line 2 merges")]
    [InlineData("tokenizer_config.json", "{}", "not a tokenizer's configuration")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\":{\"x\":{\"content\":\"y\"}}}", "has no id")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\":{\"300\":{\"content\":\"\"}}}", "is empty")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\":{\"3\":{\"content\":\"y\",\"lstrip\":true}}}",
        "lstrip")]
    public void Broken_files_are_refused_with_their_fault_named(string name, string content, string fault)
    {
        WriteTiny([], []);
        File.WriteAllText(Path.Combine(folder, name), content);
        var error = Assert.Throws<InvalidDataException>(() => Qwen2Vocabulary.Load(folder));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private Qwen2Vocabulary TinyVocabulary()
    {
        WriteTiny([], []);
        return Qwen2Vocabulary.Load(folder);
    }

    /// <summary>A vocabulary of the 256 byte symbols in byte order, pad and start, then further entries.</summary>
    private void WriteTiny(string[] further, string[] merges)
    {
        var vocabulary = new Dictionary<string, int>();
        foreach (char symbol in ByteSymbols.All)
            vocabulary[symbol.ToString()] = vocabulary.Count;
        var added = new Dictionary<string, object>
        {
            ["256"] = new { content = "<pad>", lstrip = false },
            ["257"] = new { content = "<|im_start|>" },
        };
        if (further.Length > 0)
            (vocabulary["<pad>"], vocabulary["<|im_start|>"]) = (256, 257);
        foreach (string entry in further)
            vocabulary[entry] = vocabulary.Count;
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(vocabulary));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), merges);
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"),
            JsonSerializer.Serialize(new { added_tokens_decoder = added }));
    }
}
