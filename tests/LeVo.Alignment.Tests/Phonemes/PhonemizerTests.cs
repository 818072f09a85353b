using LeVo.Alignment.Phonemes;
using LeVo.Alignment.Preferences;
using LeVo.Testing;

namespace LeVo.Alignment.Tests.Phonemes;

public sealed class PhonemizerTests
{
    private static readonly LanguagePhonemizer Phonemizer = new("no-such-espeak");

    [Theory]
    [InlineData("Hello, world!", "hh ah l ow w er l d")]
    [InlineData("rollin’ 'bout", "r ow l ih n b aw t")]
    [InlineData("the café", "dh ah k ah f ey")]
    [InlineData("X-ray", "eh k s r ey")]
    [InlineData("24 in 1999, 2001", "t w eh n t iy f ao r ih n n ay n t iy n n ay n t iy n ay n t uw th aw z ah n d w ah n")]
    [InlineData("1905 007", "n ay n t iy n ow f ay v z ih r ow z ih r ow s eh v ah n")]
    [InlineData("... !", "")]
    public void English(string text, string phonemes) => Assert.Equal(phonemes, string.Join(' ', Phonemizer.Phonemize(text, "en")));

    [Theory]
    [InlineData("moonbeams's", "m uw n b iy m z ah z")]
    [InlineData("strummed", "s t r ah m d")]
    [InlineData("daydreamed", "d ey d r iy m d")]
    [InlineData("heartbeat-like", "hh aa r t b iy t l ay k")]
    public void KnownWordsWithEndings(string word, string phonemes) =>
        Assert.Equal(phonemes, string.Join(' ', Arpabet.Unpack(EnglishPhonemizer.Pronounce(word))));

    [Theory]
    [InlineData("flimber", "f l ih m b er")]
    [InlineData("shoonight", "sh uw n ay t")]
    public void OtherWordsAreReadByRules(string word, string phonemes)
    {
        Assert.Null(EnglishWords.Find(word));
        Assert.Equal(phonemes, string.Join(' ', Arpabet.Unpack(LetterSounds.Spell(word))));
    }

    /// <summary>The rules know the dictionary that they are learned from; on words that were held out the rate is 0.112
    /// (<c>eng/make-pronunciations --check</c>).</summary>
    [Fact]
    public void TheRulesFitTheDictionary()
    {
        Assert.Equal(125_945, EnglishWords.All.Count);
        PhonemeErrorRate rate = EnglishWords.All.Where((word, i) => i % 50 == 0 && word.Key.All(char.IsAsciiLetter))
            .Aggregate(default(PhonemeErrorRate), (sum, word) => sum + PhonemeErrorRate.Compute(
                [.. Arpabet.Unpack(word.Value)], [.. Arpabet.Unpack(LetterSounds.Spell(word.Key))]));
        Assert.InRange(rate.Rate, 0.05, 0.12);
    }

    [Theory]
    [InlineData("你好", "n i h ao")]
    [InlineData("中国人", "zh ong g uo r en")]
    [InlineData("月亮 是 我", "ve l iang sh ii uo")]
    [InlineData("女 去 有 六 对 云", "n v q v iou l iou d uei vn")]
    [InlineData("愛", "ai")]
    public void Mandarin(string text, string phonemes) => Assert.Equal(phonemes, string.Join(' ', Phonemizer.Phonemize(text)));

    [Fact]
    public void EverySyllableIsAnInitialAndAFinal()
    {
        string[] finals = ("a o e i u v io ai ei ao ou an en ang eng er ia ie iao iou ian in iang ing ua uo uai uei uan uen uang ueng "
            + "ong iong ve van vn ii").Split(' ');
        string[] found = [.. PackedText.ReadLines("mandarin.gz").Select(line => line.Split(' ')[0])];
        Assert.InRange(found.Length, 400, 450);
        // Interjections such as "m" and "ng" have no vowel.
        Assert.Equal([], found.Where(syllable => syllable.IndexOfAny(['a', 'e', 'i', 'o', 'u', 'v']) >= 0
            && !finals.Contains(MandarinPhonemizer.Split(syllable)[^1])));
    }

    [Fact]
    public void ALineMayMixLanguages()
    {
        Assert.Equal("ay l ah v n i", string.Join(' ', Phonemizer.Phonemize("I love 你", "en")));
        Assert.Equal("n i b ey b iy", string.Join(' ', Phonemizer.Phonemize("你 baby")));
    }

    [Theory]
    [InlineData("Guten Morgen", "de")]
    [InlineData("песня", null)]
    [InlineData("私の歌", null)]
    public void OtherLanguagesNeedEspeak(string text, string? language)
    {
        string message = Assert.Throws<InvalidOperationException>(() => Phonemizer.Phonemize(text, language)).Message;
        Assert.Contains("no-such-espeak", message);
        Assert.Contains("apt-get install espeak-ng", message);
        Assert.Throws<NotSupportedException>(() => Phonemizer.Phonemize(text, "--path"));
    }

    [Fact]
    public void TheProgramIsGivenLanguageAndText()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-espeak-");
        try
        {
            // Prints its voice and its input, separated as espeak-ng separates phonemes.
            string program = Path.Combine(folder.FullName, "espeak");
            File.WriteAllText(program, "#!/bin/sh\n[ \"$7\" = xx ] && { echo 'no voice' >&2; exit 1; }\nread -r line\nprintf '%s_(en)_%s\\n' \"$7\" \"$line\"\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var phonemizer = new LanguagePhonemizer(program);
            Assert.Equal(["de", "süß"], phonemizer.Phonemize("süß\n", "de"));
            Assert.Contains("no voice", Assert.Throws<NotSupportedException>(() => phonemizer.Phonemize("a\n", "xx")).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Two sources that know nothing of each other agree but for a few vowels.</summary>
    [Fact]
    public void EnglishAgreesWithEspeak()
    {
        PhonemeErrorRate rate = default;
        string path = Path.Combine(Repository.Root, "tests", "LeVo.Alignment.Tests", "Phonemes", "espeak-words.txt");
        foreach (string[] line in File.ReadLines(path).Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')))
            rate += PhonemeErrorRate.Compute(EspeakSymbols.ToArpabet(line[1]), Phonemizer.Phonemize(line[0], "en"));
        TestContext.Current.SendDiagnosticMessage("English and espeak-ng: {0} of {1} phonemes differ", rate.Errors, rate.ReferenceLength);
        Assert.InRange(rate.ReferenceLength, 550, 700);
        Assert.InRange(rate.Rate, 0.02, 0.10);
    }
}
