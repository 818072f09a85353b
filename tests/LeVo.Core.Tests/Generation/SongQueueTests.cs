using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Generation;

public sealed class SongQueueTests
{
    private static readonly SongRequest Request = new() { Part = SongPart.Accompaniment, Seed = 1 };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlacesAreGivenInTheOrderOfAsking()
    {
        var queue = new SongQueue(2);
        SongQueue.Place first = await queue.EnterAsync(Ct), second = await queue.EnterAsync(Ct);
        Task<SongQueue.Place>[] waiting = [.. Enumerable.Range(0, 4).Select(_ => queue.EnterAsync(Ct))];
        Assert.Equal(4, queue.Waiting);
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));
        second.Dispose();
        second.Dispose(); // given back once
        SongQueue.Place third = await waiting[0];
        Assert.Equal(3, queue.Waiting);
        foreach ((SongQueue.Place place, int next) in (IEnumerable<(SongQueue.Place, int)>)[(third, 1), (first, 2)])
        {
            place.Dispose();
            (await waiting[next]).Dispose();
        }
        (await waiting[3]).Dispose();
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task WaitingCanBeCancelled()
    {
        var queue = new SongQueue(1);
        SongQueue.Place place = await queue.EnterAsync(Ct);
        using var cancellation = new CancellationTokenSource();
        Task<SongQueue.Place> given = queue.EnterAsync(cancellation.Token), next = queue.EnterAsync(Ct);
        await cancellation.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        Assert.Equal(1, queue.Waiting);
        place.Dispose();
        (await next).Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.EnterAsync(cancellation.Token));
        (await queue.EnterAsync(Ct)).Dispose();
    }

    [Fact]
    public async Task SurplusSongsWaitAndCanBeCancelled()
    {
        using var steps = new ManualResetEventSlim();
        var engine = new ScriptedEngine { Reading = () => steps.Wait(Ct) };
        using LeVoModel model = ScriptedEngine.Model(engine, songs: 2);
        var generator = new SongGenerator(model.CreateTokenGenerator(), new ToneCodec());
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task<Song>[] songs =
            [.. Enumerable.Range(0, 5).Select(i => generator.GenerateAsync(Request, null, i == 3 ? cancellation.Token : Ct))];
        Task<SongTokens> tokens = model.CreateTokenGenerator().GenerateTokensAsync(Request, cancellationToken: Ct);
        Assert.Equal(4, model.Queue.Waiting);
        await cancellation.CancelAsync();
        GenerationCanceledException cancelled = await Assert.ThrowsAsync<GenerationCanceledException>(() => songs[3]);
        Assert.Equal(0, cancelled.Tokens.Frames);
        Assert.Equal(3, model.Queue.Waiting);
        steps.Set();
        foreach (int i in (int[])[0, 1, 2, 4])
            Assert.Equal(100, (await songs[i]).Tokens.Frames);
        Assert.Equal(100, (await tokens).Frames);
        Assert.Equal(5, engine.Songs.Count);
    }

    [Fact]
    public void PlacesFollowFromProcessorsAndMemory()
    {
        // 40 layers 1536 wide in half precision, 952 positions of conditions and 7000 columns: 3.9 GB a song.
        var released = new LeLmConfig();
        Assert.Equal(1, SongQueue.DefaultPlaces(released, sizeof(ushort), 4L << 30, 8));
        Assert.Equal(4, SongQueue.DefaultPlaces(released, sizeof(ushort), 32L << 30, 8));
        Assert.Equal(2, SongQueue.DefaultPlaces(released, sizeof(float), 32L << 30, 8));
        Assert.Equal(8, SongQueue.DefaultPlaces(released, sizeof(ushort), 1L << 40, 8));
        Assert.Equal(3, new LeVoOptions { MaxConcurrentSongs = 3 }.SongsOf(released));
        Assert.Contains(new LeVoOptions { ModelPath = ".", MaxConcurrentSongs = 0 }.Problems(),
            problem => problem.StartsWith("MaxConcurrentSongs is 0", StringComparison.Ordinal));
    }
}
