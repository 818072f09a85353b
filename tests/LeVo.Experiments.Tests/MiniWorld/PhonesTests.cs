using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.Tests.MiniWorld;

public class PhonesTests
{
    [Fact]
    public void There_are_at_least_twenty_phones_with_different_names()
    {
        Assert.True(Phones.Count > 20);
        Assert.Equal(Phones.Count, Phones.Names.Distinct().Count());
    }

    [Theory]
    [InlineData("la mo ri.sa tu", "l a _ m o _ r i _ s a _ t u")]
    [InlineData("Morning light. Coffee and rain.", "m o r n i n g _ l i g h t _ k o f ee _ a n d _ r a i n")]
    [InlineData("shoe thin chalk", "sh o e _ th i n _ ch a l k")]
    [InlineData("city yes physics box", "s i t i _ y e s _ f i s i k s _ b o k s")]
    [InlineData("Don't  stop -- déjà 42 vu!", "d o n t _ s t o p _ d e ch a _ v u")]
    [InlineData("...", "")]
    [InlineData("", "")]
    public void Letters_become_sounds(string text, string phones)
    {
        Assert.Equal(phones, string.Join(" ", Phones.FromText(text).Select(sung => Phones.Names[sung.Phone])));
    }

    [Fact]
    public void Every_phone_remembers_its_letter()
    {
        IReadOnlyList<SungPhone> phones = Phones.FromText("she, too");
        Assert.Equal([0, 2, 3, 5, 6], phones.Select(sung => sung.Source));
    }

    [Fact]
    public void Neighbours_differ_inside_a_word()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(seed, heldOut: false));
            int width = song.Style.FramesPerSlot;
            for (int f = width; f < song.Frames; f += width)
                Assert.True(song.Phone[f] == 0 || song.Phone[f] != song.Phone[f - 1]);
        }
    }
}
