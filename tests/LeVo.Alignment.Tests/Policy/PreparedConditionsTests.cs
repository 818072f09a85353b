using LeVo.Alignment.Policy;
using LeVo.Core.Conditioning;
using LeVo.Core.Text;

namespace LeVo.Alignment.Tests.Policy;

public sealed class PreparedConditionsTests
{
    [Fact]
    public void ATextIsTokenisedOnce()
    {
        using var tiny = new TinyTraining();
        (Qwen2Tokenizer lyrics, Qwen2Tokenizer description) = TextTokenizers.Load(tiny.Tokenizer, TinyTraining.Config);
        Counting counting = new(lyrics);
        var preparer = new ConditionPreparer(TinyTraining.Config, counting, description);
        var conditions = new PreparedConditions(preparer);
        SongCondition song = new("[verse] la", "pop");
        counting.Calls = 0;
        ConditionIds first = conditions.Of(song), second = conditions.Of(song with { Prompt = TinyTraining.Song(25).Tokens });
        Assert.Equal(1, counting.Calls);
        Assert.True(first.HasIdsOf(preparer.Prepare(song)));
        // The prompt is the song's own, whatever was asked for first.
        Assert.True(second.HasIdsOf(preparer.Prepare(song with { Prompt = TinyTraining.Song(25).Tokens })));
        Assert.False(second.HasIdsOf(first));
    }

    private sealed class Counting(ITextTokenizer inner) : ITextTokenizer
    {
        public int Calls { get; set; }

        public int[] Encode(string text)
        {
            Calls++;
            return inner.Encode(text);
        }

        public int? IdOf(string token) => inner.IdOf(token);
    }
}
