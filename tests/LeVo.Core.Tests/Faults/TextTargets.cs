using System.Globalization;
using System.Text;
using LeVo.Core.Configuration;
using LeVo.Core.Model;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Text;
using LeVo.Testing;
using LeVo.Testing.Faults;

namespace LeVo.Core.Tests.Faults;

/// <summary>Readers of texts: configurations, tokenizer files, lyrics.</summary>
internal static class TextTargets
{
    private const string OneLine = "[intro-short] ; [verse] Morning light. Coffee and rain ; [chorus] 春天的风, sing it 3x";

    private const string ManyLines = "[Verse]\nMorning light\nCoffee and rain\n\n[chorus]\nÄ é ǆ 한국어 sing it\n\n[outro-short]\n";

    private static readonly string[] DialectSeeds =
    [
        "[ti:Song]\n[00:10.00][Verse 1]\n[00:12.30]Morning <00:12.90>light (ooh)\n【副歌】\n夜里的风，吹过。\n",
        "# Title\n**[Final Chorus: x2]**\n- Sing *it* \u201Cout\u201D \U0001F389 x2\nMale: <b>hey</b> <|im_end|>\r\nBridge\nla &amp; la\\nlu; li",
        "1\n00:00:12,000 --> 00:00:15,500\nMorning &eacute;&#x1F389; light\n\n2\n00:01:00,000 --> 00:01:04,000\n1. Sing\n2. it &lt;out&gt;\n",
    ];

    public static IEnumerable<FuzzTarget> All(TemporaryFolder folder)
    {
        byte[][] configs =
        [
            File.ReadAllBytes(Path.Combine(Golden.Carried, "lelm", "config_tiny.yaml")),
            File.ReadAllBytes(Path.Combine(Repository.Root, "models", "levo-demo", "config.yaml")),
            Encoding.UTF8.GetBytes(LeLmConfigReaderTests.Minimal),
        ];
        yield return new("yaml configuration", configs, Configure, typeof(InvalidDataException));
        byte[] vocabulary = Encoding.UTF8.GetBytes("{" + string.Join(',', ByteSymbols.All.ToArray().Select((symbol, i) =>
            $"\"{(symbol is '"' or '\\' ? "\\" : "")}{symbol}\":{i.ToString(CultureInfo.InvariantCulture)}"))
            + ",\"ab\":256,\"abc\":257}");
        byte[] merges = "#version: 0.2\na b\nab c\n"u8.ToArray();
        byte[] added = """
            {"added_tokens_decoder":{"258":{"content":"<|endoftext|>","lstrip":false},"259":{"content":"<|im_start|>"}}}
            """u8.ToArray();
        string good = Directory.CreateDirectory(folder["tokenizer"]).FullName;
        yield return Tokenizer("vocab.json", vocabulary);
        yield return Tokenizer("merges.txt", merges);
        yield return Tokenizer("tokenizer_config.json", added);
        Save(good, vocabulary, merges, added);
        var tokenizer = new Qwen2Tokenizer(Qwen2Vocabulary.Load(good), ["[verse]", "[chorus]"]);
        yield return new("lyrics", [Encoding.UTF8.GetBytes(OneLine), Encoding.UTF8.GetBytes(ManyLines)], input =>
        {
            string text = Encoding.Unicode.GetString(Encoding.Convert(Encoding.UTF8, Encoding.Unicode, input));
            tokenizer.Encode(text);
            Description.Check(text);
            Lyrics.Parse(text).CheckLength(tokenizer, 20);
            WebLyrics.Normalize(text);
        }, typeof(LyricsFormatException));
        yield return new("dialects of lyrics", [.. DialectSeeds.Select(Encoding.UTF8.GetBytes)], input =>
        {
            Lyrics lyrics = Lyrics.Parse(Encoding.UTF8.GetString(input), LyricsDialect.Auto);
            lyrics.CheckLength(tokenizer, 20);
            if (Lyrics.Parse(lyrics.Render(), LyricsDialect.Auto).Render() != lyrics.Render())
                throw new InvalidOperationException("Converting twice is not converting once.");
        }, typeof(LyricsFormatException));
        yield return new("lyrics in broken UTF-16", [Encoding.Unicode.GetBytes(ManyLines)], input =>
        {
            string text = new([.. input.Chunk(2).Where(pair => pair.Length == 2).Select(pair => (char)(pair[0] | pair[1] << 8))]);
            tokenizer.Encode(text);
            Lyrics.Parse(text).CheckLength(tokenizer, 20);
            Lyrics.Parse(text, LyricsDialect.Auto);
            WebLyrics.Normalize(text);
        }, typeof(LyricsFormatException))
        { Share = 50 };

        FuzzTarget Tokenizer(string name, byte[] seed) => new(name, [seed], input =>
        {
            string place = Directory.CreateDirectory(folder["bad tokenizer"]).FullName;
            Save(place, vocabulary, merges, added);
            File.WriteAllBytes(Path.Combine(place, name), input);
            new Qwen2Tokenizer(Qwen2Vocabulary.Load(place), ["[verse]", "."]).Encode("abc [verse] ab. c");
        }, typeof(InvalidDataException))
        { Share = 50 };
    }

    private static void Save(string folder, byte[] vocabulary, byte[] merges, byte[] added)
    {
        File.WriteAllBytes(Path.Combine(folder, "vocab.json"), vocabulary);
        File.WriteAllBytes(Path.Combine(folder, "merges.txt"), merges);
        File.WriteAllBytes(Path.Combine(folder, "tokenizer_config.json"), added);
    }

    private static void Configure(byte[] input)
    {
        YamlConfig config = YamlConfig.Parse("bad.yaml", Encoding.UTF8.GetString(input),
            name => throw new FileNotFoundException($"names '{name}', which is not there"));
        try
        {
            LeLmConfigReader.Read(config, LevoSectionReader.Read(config.Root));
        }
        finally
        {
            _ = config.UnreadKeys().Count();
        }
    }
}
