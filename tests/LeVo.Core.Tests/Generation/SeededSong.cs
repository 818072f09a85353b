using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Generation;

/// <summary>What holds for the songs of every backend.</summary>
internal static class SeededSong
{
    public static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[verse] the river is singing. oh ; [chorus] we are the rain"),
        Description = "pop, warm",
        Seed = 3,
        Options = new() { TopP = 0.9 },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A seed gives the same song from another load, and beside other songs.</summary>
    public static async Task RepeatsAcrossLoadsAndNeighbours(Func<LeVoModel> load)
    {
        SongTokens alone;
        using (LeVoModel first = load())
            alone = await new TokenGenerator(first).GenerateTokensAsync(Request, cancellationToken: Ct);
        Assert.InRange(alone.Frames, 1, 36);
        using LeVoModel second = load();
        var generator = new TokenGenerator(second);
        SongTokens[] together = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            generator.GenerateTokensAsync(Request with { Seed = 3 + (ulong)(i % 2) }, cancellationToken: Ct)));
        Assert.Equal(alone.Accompaniment.ToArray(), together[0].Accompaniment.ToArray());
        Assert.Equal(alone.Accompaniment.ToArray(), together[2].Accompaniment.ToArray());
        Assert.Equal(alone.Mixed.ToArray(), together[2].Mixed.ToArray());
        Assert.Equal(together[1].Vocal.ToArray(), together[3].Vocal.ToArray());
        Assert.NotEqual(alone.Vocal.ToArray(), together[1].Vocal.ToArray());
    }

    /// <summary>From its first half the song goes on as it did.</summary>
    public static async Task ContinuesFromItsBeginning(Func<LeVoModel> load)
    {
        using LeVoModel model = load();
        var generator = new TokenGenerator(model);
        SongTokens whole = await generator.GenerateTokensAsync(Request, cancellationToken: Ct);
        SongTokens resumed = await generator.GenerateTokensAsync(
            Request with { Beginning = whole.Slice(0, whole.Frames / 2) }, cancellationToken: Ct);
        Assert.Equal(whole.Mixed.ToArray(), resumed.Mixed.ToArray());
        Assert.Equal(whole.Accompaniment.ToArray(), resumed.Accompaniment.ToArray());
    }
}
