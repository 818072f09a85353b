using LeVo.Core.Configuration;
using LeVo.Core.Model;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Text;

namespace LeVo.Core.Tests.Faults;

/// <summary>Inputs made to hang a reader or to fill the memory, which damage at random does not find.</summary>
public sealed class HostileInputTests
{
    private const int Many = 200_000;

    [Theory]
    [InlineData("a: { ? &x [*x] : 1 }")]
    [InlineData("? &x { a: *x }\n: 1\n")]
    [InlineData("a: &x [1]\n? *x\n: 2\n")]
    [InlineData("{ [a, b]: 1 }")]
    public void KeysAreTexts(string text)
    {
        string message = Assert.Throws<InvalidDataException>(() => Parse(text)).Message;
        Assert.Contains("c.yaml', line", message);
    }

    [Fact]
    public void AliasesOfAliasesCostNothing()
    {
        string text = "a0: &a0 [x, x]\n" + string.Concat(Enumerable.Range(1, 60).Select(i =>
            $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n"));
        YamlConfig config = Parse(text + LeLmConfigReaderTests.Minimal);
        LeLmConfigReader.Read(config, new());
        Assert.Equal(61, config.UnreadKeys().Count(key => key.StartsWith('a')));
    }

    [Theory]
    [InlineData("num_layers: 2", "num_layers: 2000000000")]
    [InlineData("dim: 64", "dim: 2000000000")]
    [InlineData("code_size: 64", "code_size: 2147483647")]
    [InlineData("delays: [ 0, 5, 5 ]", "delays: [ 0, 5, 2147483647 ]")]
    [InlineData("max_dur: 1.44", "max_dur: 1e12")]
    [InlineData("prompt_len: 1", "prompt_len: 2000000000")]
    [InlineData("max_len: 24", "max_len: 2000000000")]
    [InlineData("audio_tokenizer_frame_rate: 25", "audio_tokenizer_frame_rate: 2000000000")]
    [InlineData("empty_initial: 0", "empty_initial: -1")]
    [InlineData("rope_theta: 100000.0", "rope_theta: -1")]
    public void SizesBeyondReasonAreRefused(string good, string bad)
    {
        string text = File.ReadAllText(Path.Combine(LeVo.Testing.Golden.Carried, "lelm", "config_tiny.yaml"))
            .Replace("${load_yaml:conf/vocab.yaml}", "[ '[verse]' ]", StringComparison.Ordinal);
        Assert.Contains(good, text);
        LeLmConfigReader.Read(Parse(text), new());
        string message = Assert.Throws<InvalidDataException>(
            () => LeLmConfigReader.Read(Parse(text.Replace(good, bad, StringComparison.Ordinal)), new())).Message;
        Assert.Contains(bad.Split(':')[0], message);
    }

    [Theory]
    [InlineData("steps: 2000000000")]
    [InlineData("window_seconds: 1e300")]
    [InlineData("segment_seconds: 1e300")]
    public void SettingsBeyondReasonAreRefused(string setting)
    {
        YamlConfig config = Parse($"levo: {{ codec: {{ {setting} }} }}");
        string message = Assert.Throws<InvalidDataException>(() => LevoSectionReader.Read(config.Root)).Message;
        Assert.Contains("'levo.codec." + setting.Split(':')[0], message);
    }

    [Fact]
    public void LyricsOfTagsAloneAreParsedInOnePass()
    {
        Lyrics lyrics = Lyrics.Parse(string.Concat(Enumerable.Repeat("[a];\n", Many)));
        Assert.Equal((Many, Many), (lyrics.Sections.Count, lyrics.Findings[^1].Line));
    }

    /// <summary>What is told of a line does not grow with the number of pieces times their length.</summary>
    [Theory]
    [InlineData("(oh ", ")")]
    [InlineData("(oh ", "")]
    [InlineData("[oh ", "]")]
    [InlineData("[oh", "")]
    [InlineData("<oh ", ">")]
    [InlineData("[00:01", "]")]
    [InlineData("&", "amp;")]
    [InlineData("1. ", "\n2. oh")]
    [InlineData("\n", "\n00:01 --> 00:02")]
    [InlineData("[verse]", "oh")]
    public void DialectsTakeMemoryInProportion(string many, string end)
    {
        const int Pieces = 20_000;
        string text = "x " + string.Concat(Enumerable.Repeat(many, Pieces)) + end;
        foreach (bool backing in (bool[])[true, false])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Lyrics.Parse(text, LyricsDialect.Auto with { BackingVocals = backing });
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024L * text.Length);
        }
    }

    [Fact]
    public void RunsOfCombiningCharactersAreSortedQuickly()
    {
        string marks = Nfc.Normalize("q" + string.Concat(Enumerable.Repeat("\u0301\u0323", Many)));
        Assert.Equal("q" + new string('\u0323', Many) + new string('\u0301', Many), marks);
    }

    [Fact]
    public void OneEndlessWordIsTokenised()
    {
        string tokenizer = Path.Combine(LeVo.Testing.Repository.Root, "models", "levo-demo", "tokenizer");
        var tokens = new Qwen2Tokenizer(Qwen2Vocabulary.Load(tokenizer), []);
        Assert.Equal(Many, tokens.Encode(new string('a', Many)).Length);
    }

    private static YamlConfig Parse(string text) =>
        YamlConfig.Parse("c.yaml", text, name => throw new FileNotFoundException(name));
}
