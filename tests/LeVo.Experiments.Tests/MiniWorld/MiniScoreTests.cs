using System.Text.Json;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.Tests.MiniWorld;

public class MiniScoreTests
{
    [Theory]
    [InlineData("[verse] la mo", 6)]
    [InlineData("[verse] la mo.", 6)]
    [InlineData("la mo", 6)]
    [InlineData("[verse] la. mo ; [chorus] shee", 9)]
    [InlineData("[intro-short] ; [verse] la", 11)]
    [InlineData("[inst-medium] ; [outro-long] ; [silence]", 44)]
    public void A_phone_and_a_rest_are_one_slot(string lyrics, int slots)
    {
        Assert.Equal(slots * 3, Render(lyrics, "male, pop, piano, fast").Frames);
        Assert.Equal(slots * 4, Render(lyrics, "male, pop, piano, slow").Frames);
    }

    [Fact]
    public void Nothing_to_sing_or_play_is_an_error() =>
        Assert.Throws<ArgumentException>(() => Render("", "male"));

    [Fact]
    public void The_voice_rests_in_instrumental_sections()
    {
        MiniSong song = Render("[intro-short] ; [verse] la", "female, rock, organ, fast");
        Assert.All(song.Phone[..24], phone => Assert.Equal(0, phone));
        Assert.All(song.Vocal[0].AsSpan(0, 24 * MiniSong.SamplesPerFrame).ToArray(), sample => Assert.Equal(0, sample));
        Assert.Equal([Phones.IndexOf("l"), Phones.IndexOf("a")], song.Sung);
        Assert.Equal((int)MiniSection.Intro, song.Section[0]);
        Assert.Equal((int)MiniSection.Verse, song.Section[24]);
    }

    [Fact]
    public void A_chord_lasts_a_bar()
    {
        MiniSong song = Render("[inst-long] ; [inst-long]", "male, jazz, strings, slow");
        for (int f = 1; f < song.Frames; f++)
            if (song.Chord[f] != song.Chord[f - 1])
                Assert.True(song.Beat[f] == 0 && song.Beat[f - 1] == 15);
        Assert.Equal(3, song.Chord.Distinct().Count());
    }

    [Fact]
    public void Descriptions_are_read_in_any_order_and_filled_from_the_seed()
    {
        Assert.Equal(new MiniStyle(1, 2, 3, 1), MiniStyle.Parse("Fast strings. jazz, MALE, dreamy", 1));
        Assert.Equal(new MiniStyle(0, 0, 0, 0), MiniStyle.Parse("female, pop, piano, slow", 9));
        Assert.Equal(MiniStyle.Parse(null, 4), MiniStyle.Parse("", 4));
        Assert.True(Enumerable.Range(0, 20).Select(seed => MiniStyle.Parse(null, seed)).Distinct().Count() > 5);
    }

    [Fact]
    public void Every_choice_is_audible()
    {
        const string Lyrics = "[verse] la mo ri ; [chorus] sa tu";
        MiniSong pop = Render(Lyrics, "female, pop, piano, fast");
        Assert.NotEqual(pop.Accompaniment[0], Render(Lyrics, "female, rock, piano, fast").Accompaniment[0]);
        Assert.NotEqual(pop.Accompaniment[0], Render(Lyrics, "female, pop, organ, fast").Accompaniment[0]);
        Assert.Equal(pop.Accompaniment[0], Render(Lyrics, "male, pop, piano, fast").Accompaniment[0]);
        Assert.NotEqual(pop.Vocal[0], Render(Lyrics, "male, pop, piano, fast").Vocal[0]);
        Assert.NotEqual(pop.Accompaniment[0], pop.Accompaniment[1]);
    }

    [Fact]
    public void Steady_sounds_repeat_after_two_frames()
    {
        MiniSong song = Render("[verse] a", "male, pop, organ, slow");
        // Past the fade, frames 0 and 2 of the vowel are the same samples.
        Assert.Equal(song.Vocal[0][300..1920], song.Vocal[0][(3840 + 300)..(3840 + 1920)]);
    }

    [Fact]
    public void Tokenizer_files_hold_the_bytes_in_their_usual_order()
    {
        string folder = Directory.CreateTempSubdirectory("levo-mini").FullName;
        try
        {
            MiniTokenizerFiles.Write(folder);
            using JsonDocument vocabulary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "vocab.json")));
            Dictionary<string, int> ids = vocabulary.RootElement.EnumerateObject()
                .ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32());
            Assert.Equal(Enumerable.Range(0, 256), ids.Values.Order());
            Assert.Equal((0, 64, 220), (ids["!"], ids["a"], ids["\u0120"])); // U+0120 stands for the blank
            Assert.Equal("#version: 0.2\n", File.ReadAllText(Path.Combine(folder, "merges.txt")));
            string text = File.ReadAllText(Path.Combine(folder, "tokenizer_config.json"));
            using JsonDocument config = JsonDocument.Parse(text);
            JsonElement added = config.RootElement.GetProperty("added_tokens_decoder");
            Assert.Equal("<|im_start|>", added.GetProperty("257").GetProperty("content").GetString());
            Assert.Equal("<|endoftext|>", added.GetProperty("256").GetProperty("content").GetString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static MiniSong Render(string lyrics, string description) =>
        MiniRenderer.Render(new(lyrics, description, 3));
}
