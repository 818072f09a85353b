using LeVo.Samples.Compose;

namespace LeVo.Samples.Tests.Compose;

public sealed class InputFileTests
{
    private List<string> Warnings { get; } = [];

    private bool Lenient { get; set; }

    private const string Good = """{"idx": "a", "gt_lyric": "[verse] Hello"}""";

    [Fact]
    public void TheReleasedFormatIsRead()
    {
        IReadOnlyList<InputSong> songs = Read("\uFEFF" + """
            {"idx": "sample_01", "descriptions": "female, dark, pop", "gt_lyric": "[intro-short] ; [verse] 雪.Hello"}

            {"idx": "b", "gt_lyric": "[verse] x", "descriptions": null, "auto_prompt_audio_type": null, "mine": [1, 2]}
            """.ReplaceLineEndings("\r\n"));
        Assert.Equal(2, songs.Count);
        Assert.Equal(("songs.jsonl:1", "sample_01"), (songs[0].Place, songs[0].Index));
        Assert.Equal("[intro-short] ; [verse] 雪.Hello", songs[0].Lyrics);
        Assert.Equal("female, dark, pop", songs[0].Description);
        Assert.Equal(("songs.jsonl:3", null), (songs[1].Place, songs[1].Description));
        Assert.Equal("[1,2]", songs[1].Record["mine"]!.ToJsonString());
    }

    [Fact]
    public void EveryBadLineIsNamedAtOnce() => Read(
        Good + "\n{\"idx\": true}\n[1]\n{\"idx\": \"c\", \"gt_lyric\"\n" + """{"idx": "../d", "gt_lyric": "x"}""" + "\n",
                "songs.jsonl:2: idx is no text.",
        "songs.jsonl:2: gt_lyric is missing.",
        "songs.jsonl:3: is no JSON object.",
        "songs.jsonl:4: broken JSON at column 24: ",
        "songs.jsonl:5: idx '../d' is no safe file name: it holds /");

    [Theory]
    [InlineData("""{"idx": "a", "gt_lyric": null}""", "gt_lyric is missing.")]
    [InlineData("""{"idx": "a", "gt_lyric": "\ud800"}""", "gt_lyric is no text.")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "descriptions": ["pop", 1]}""", "descriptions is no text.")]
    [InlineData("""{"idx": "a", "lyrics": "x"}""", "gt_lyric is missing: did you mean gt_lyric where it says lyrics.")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "seed": -1}""", "seed is a whole number from 0, not -1.")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "duration": "12"}""", "duration is a number of seconds, not \"12\".")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "duration": 0}""", "duration is a number of seconds up to a day, not 0.")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "type": "stems"}""", "type is one of mixed, vocal, bgm, separate, not 'stems'.")]
    [InlineData("""{"idx": "", "gt_lyric": "x"}""", "idx is empty.")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "gt_lyric": "y"}""", "broken JSON at column ")]
    [InlineData("""{"idx": "a", "gt_lyric": "x"} {}""", "broken JSON at column 31: ")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "\ud800": 1}""", "broken JSON: ")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "prompt_audio_path": "no/such.wav"}""",
        "prompt_audio_path: there is no file '")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "auto_prompt_audio_type": "Pop", "prompt_audio_path": "/"}""",
        "prompt_audio_path and auto_prompt_audio_type exclude each other.", "prompt_audio_path: there is no file '/'.")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "prompt_bgm_path": "/"}""",
        "prompt_bgm_path needs prompt_vocal_path.", "prompt_bgm_path: there is no file '/'.")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "prompt_vocal_path": "/"}""",
        "prompt_vocal_path needs the whole recording, prompt_audio_path, or the rest of it, prompt_bgm_path.",
        "prompt_vocal_path: there is no file '/'.")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "prompt_audio_path": "a\u0000b"}""", "prompt_audio_path is no path.")]
    [InlineData("""{"idx": "a", "gt_lyric": "x", "prompt_audio_path": 3}""", "prompt_audio_path is no text.")]
    public void ABadRecordIsExplained(string line, params string[] problems) =>
        Read(line, [.. problems.Select(problem => "songs.jsonl:1: " + problem)]);

    [Fact]
    public void NoTwoSongsShareAFile()
    {
        string lines = Good + "\n" + Good.Replace("\"a\"", "\"A\"") + "\n" + Good.Replace("\"a\"", "\"a_vocal\"");
        Read(lines, "songs.jsonl:2: idx 'A' would write the same files as songs.jsonl:1.");
        Read(lines, SongType.Separate,
            "songs.jsonl:2: idx 'A' would write the same files as songs.jsonl:1.",
            "songs.jsonl:3: idx 'a_vocal' would write the same files as songs.jsonl:1.");
    }

    [Fact]
    public void SongsHaveTheirOwnSettings()
    {
        InputSong song = Assert.Single(Read("""
            {"idx": 12, "gt_lyric": "x", "descriptions": ["pop", "slow"], "seed": 18446744073709551615, "duration": 2.5, "type": "bgm"}
            """));
        Assert.Equal(("12", "pop, slow"), (song.Index, song.Description));
        Assert.Equal((ulong.MaxValue, TimeSpan.FromSeconds(2.5), SongType.Bgm), (song.Seed, song.Duration, song.Type));
        Assert.Empty(Warnings);
    }

    [Fact]
    public void ABadLineCostsThatLine()
    {
        Assert.Equal(["a", "c"], Read(Good + "\n{\n" + Good.Replace("\"a\"", "\"c\"") + "\n" + Good, SongType.Mixed,
            "songs.jsonl:2: broken JSON", "songs.jsonl:4: idx 'a' would write").Select(song => song.Index));
    }

    [Fact]
    public void UnknownFieldsAreToldOnce()
    {
        string line = """{"idx": "a", "gt_lyric": "x", "mood": 1, "bpm": 2}""";
        Read(line + "\n" + line.Replace("\"a\"", "\"b\""));
        Assert.Equal("songs.jsonl: the fields mood, bpm are not known; they are copied to the records.", Assert.Single(Warnings));
    }

    [Fact]
    public void UnsafeNamesAreReplacedWhereThatIsAsked()
    {
        string line = """{"idx": "a/b", "gt_lyric": "x"}""";
        Read(line, "songs.jsonl:1: idx 'a/b' is no safe file name: it holds / 'a_b' would do; --lenient uses it.");
        Lenient = true;
        Assert.Equal("a_b", Assert.Single(Read(line)).Index);
        Assert.Equal("songs.jsonl:1: idx 'a/b' is no safe file name; 'a_b' is used.", Assert.Single(Warnings));
        foreach (string name in (string[])["con", "..", "a:b", "x.", "", " ", "\0", new('雪', 90), "../../etc/x", "a\ud83d\ude00?"])
            Assert.Null(SafeFileName.Problem(SafeFileName.Of(name)));
    }

    [Theory]
    [InlineData("[" + Good + ",\n" + "{\"idx\": \"b\", \"gt_lyric\": \"x\"},]")]
    [InlineData("{\n \"idx\": \"a\",\n \"gt_lyric\": \"x\"\n}\n{\n \"idx\": \"b\", \"gt_lyric\": \"x\"\n}")]
    [InlineData("// songs\n" + Good + "\n# more\n{\"idx\": \"b\", \"gt_lyric\": \"x\",}\n")]
    public void OtherLayoutsAreRead(string content) => Assert.Equal(["a", "b"], Read(content).Select(song => song.Index));

    [Fact]
    public void ABrokenArrayIsOneProblem()
    {
        Read("[" + Good + "\n" + Good + "]", "songs.jsonl: write one object a line. Read as a whole, it is broken JSON: ");
        Read("[1,\n" + Good + "]", "songs.jsonl:1: is no JSON object.");
    }

    [Fact]
    public void Utf16IsReadByItsMark() => Assert.Single(Read(
        [.. System.Text.Encoding.Unicode.Preamble, .. System.Text.Encoding.Unicode.GetBytes(Good)], SongType.Mixed));

    [Fact]
    public void OtherFilesAreRefused()
    {
        Read("\n \n", "songs.jsonl holds no songs.");
        byte[] latin = System.Text.Encoding.Latin1.GetBytes(Good + "\n{\"idx\": \"\u00e9\"}");
        Read(latin, SongType.Mixed, "songs.jsonl:2: is not valid UTF-8.");
        var problems = new List<string>();
        InputFile.Read("/no/such/file.jsonl", SongType.Mixed, problems);
        Assert.StartsWith("--input: ", Assert.Single(problems));
    }

    [Theory]
    [InlineData("song-1", true)]
    [InlineData("雪の歌 (2)", true)]
    [InlineData("a.b", true)]
    [InlineData("..", false)]
    [InlineData(".hidden", false)]
    [InlineData("a ", false)]
    [InlineData("a\\b", false)]
    [InlineData("c:", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\0b", false)]
    [InlineData("CON", false)]
    [InlineData("nul.x", false)]
    public void NamesAreSafeOnEverySystem(string name, bool safe) =>
        Assert.Equal(safe, SafeFileName.Problem(name) is null);

    [Fact]
    public void NamesEndBeforeFileSystemsDo()
    {
        Assert.Null(SafeFileName.Problem(new('a', 200)));
        Assert.NotNull(SafeFileName.Problem(new('雪', 67)));
    }

    private IReadOnlyList<InputSong> Read(string content, params string[] problems) =>
        Read(content, SongType.Mixed, problems);

    private IReadOnlyList<InputSong> Read(string content, SongType type, params string[] problems) =>
        Read(System.Text.Encoding.UTF8.GetBytes(content), type, problems);

    private IReadOnlyList<InputSong> Read(byte[] content, SongType type, params string[] expectedStarts)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-");
        try
        {
            string path = Path.Combine(folder.FullName, "songs.jsonl");
            File.WriteAllBytes(path, content);
            var problems = new List<string>();
            (IReadOnlyList<InputSong> songs, int bad) = InputFile.Read(path, type, problems, Warnings, Lenient);
            Assert.Equal(problems.Count == 0, bad == 0 && songs.Count > 0);
            Assert.Equal(expectedStarts.Length, problems.Count);
            Assert.All(expectedStarts.Zip(problems), pair => Assert.StartsWith(pair.First, pair.Second));
            return songs;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
