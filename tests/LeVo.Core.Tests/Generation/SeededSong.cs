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
            alone = await first.CreateTokenGenerator().GenerateTokensAsync(Request, cancellationToken: Ct);
        Assert.InRange(alone.Frames, 1, 36);
        using LeVoModel second = load();
        var generator = second.CreateTokenGenerator();
        SongTokens[] together = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            generator.GenerateTokensAsync(Request with { Seed = 3 + (ulong)(i % 2) }, cancellationToken: Ct)));
        Assert.Equal(alone.Row(SongPart.Accompaniment).ToArray(), together[0].Row(SongPart.Accompaniment).ToArray());
        Assert.Equal(alone.Row(SongPart.Accompaniment).ToArray(), together[2].Row(SongPart.Accompaniment).ToArray());
        Assert.Equal(alone.Row(SongPart.Mixed).ToArray(), together[2].Row(SongPart.Mixed).ToArray());
        Assert.Equal(together[1].Row(SongPart.Vocal).ToArray(), together[3].Row(SongPart.Vocal).ToArray());
        Assert.NotEqual(alone.Row(SongPart.Vocal).ToArray(), together[1].Row(SongPart.Vocal).ToArray());
    }

    /// <summary>From its first half the song goes on as it did.</summary>
    public static async Task ContinuesFromItsBeginning(Func<LeVoModel> load)
    {
        using LeVoModel model = load();
        var generator = model.CreateTokenGenerator();
        SongTokens whole = await generator.GenerateTokensAsync(Request, cancellationToken: Ct);
        SongTokens resumed = await generator.GenerateTokensAsync(
            Request with { Beginning = whole.Slice(0, whole.Frames / 2) }, cancellationToken: Ct);
        Assert.Equal(whole.Row(SongPart.Mixed).ToArray(), resumed.Row(SongPart.Mixed).ToArray());
        Assert.Equal(whole.Row(SongPart.Accompaniment).ToArray(), resumed.Row(SongPart.Accompaniment).ToArray());
    }
}
