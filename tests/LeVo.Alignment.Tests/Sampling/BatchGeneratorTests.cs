using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Tests.Policy;
using LeVo.Core;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Sampling;

[Collection(nameof(CountsTensors))]
public sealed class BatchGeneratorTests : IDisposable
{
    private static readonly GenerationOptions Options = new() { Temperature = 1, TopP = 0.9, Guidance = 1.3 };
    private readonly TinyTraining tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public async Task EverySongIsTheOneThatItsSeedGivesAlone()
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint, seed: 3);
        lelm.Save(tiny.At("model"), tiny.At("none"), half: false);
        SongCondition[] conditions = [new("[verse] la mo", "pop"), new("[chorus] ri", null)
            { Prompt = TinyTraining.Song(25).Tokens }, new("[verse] la mo", "pop")];
        SongTokens[] songs = BatchGenerator.Generate(
            lelm, conditions, [7, 8, 9], Options, null, TestContext.Current.CancellationToken);
        using Checkpoint file = Checkpoint.Open(tiny.At("model"), "audiolm.");
        using TorchEngine engine = TorchEngine.Build(
            new CheckpointTensorSource(file), TinyTraining.Config, CPU, ScalarType.Float32, "test");
        using var model = new LeVoModel(engine, lelm.Preparer, new("test", "", 25, TimeSpan.FromSeconds(0.8), Options), songs: 1);
        for (int i = 0; i < songs.Length; i++)
        {
            SongTokens alone = await model.CreateTokenGenerator().GenerateTokensAsync(new SongRequest
            {
                Lyrics = Lyrics.Parse(conditions[i].Lyrics!),
                Description = conditions[i].Description,
                Prompt = conditions[i].Prompt is { } prompt ? new(prompt) : null,
                Seed = 7 + (ulong)i,
            }, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(alone.Row(SongPart.Mixed).ToArray(), songs[i].Row(SongPart.Mixed).ToArray());
            Assert.Equal(alone.Row(SongPart.Vocal).ToArray(), songs[i].Row(SongPart.Vocal).ToArray());
            Assert.Equal(alone.Row(SongPart.Accompaniment).ToArray(), songs[i].Row(SongPart.Accompaniment).ToArray());
        }
        Assert.Contains(songs, song => song.Frames > 5);
    }

    [Fact]
    public void ASongThatHasEndedLeavesTheBatch()
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint, seed: 3);
        SongCondition[] conditions = [.. Enumerable.Repeat(new SongCondition("[verse] la mo", "pop"), 6)];
        var computed = new List<int>();
        SongTokens[] songs = BatchGenerator.Generate(
            lelm, conditions, [1, 2, 3, 4, 5, 6], Options, null, TestContext.Current.CancellationToken, computed.Add);
        Assert.NotEqual(songs.Min(song => song.Frames), songs.Max(song => song.Frames));
        Assert.Equal(6, computed[0]);
        Assert.True(computed[^1] < 6);
        Assert.Equal(computed.OrderDescending(), computed);
    }

    [Theory]
    [InlineData(SongPart.Mixed)]
    [InlineData(SongPart.Vocal)]
    public async Task ABranchKeepsTheSongBeforeItsFrame(SongPart part)
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint, seed: 3);
        lelm.Save(tiny.At("model"), tiny.At("none"), half: false);
        SongCondition condition = new("[verse] la mo", "pop");
        var sampler = new BatchedSongSampler(TinyTraining.Config, tiny.Tokenizer) { Options = Options, BatchSize = 4 };
        CancellationToken token = TestContext.Current.CancellationToken;
        SongSample[] songs = [.. await sampler.SampleAsync(tiny.At("model"), [condition], 12, 5, null, token)];
        (SongSample Song, int Frame)[] branches =
            [.. songs.Where(song => song.Tokens.Frames > 4).Select((song, i) => (song, 2 + i % 2))];
        Assert.True(branches.Length > 3);
        IReadOnlyList<SongSample>[] sampled = await sampler.BranchAsync(tiny.At("model"), branches, part, 3, 8, token);
        bool differs = false;
        foreach (((SongSample song, int frame), IReadOnlyList<SongSample> others) in branches.Zip(sampled))
        {
            Assert.Equal(3, others.Select(other => other.Seed).Distinct().Count());
            foreach (SongSample other in others)
            {
                // Another part may end the song before.
                int kept = Math.Min(frame, other.Tokens.Frames);
                Assert.Equal(song.Tokens.Row(part)[..kept].ToArray(), other.Tokens.Row(part)[..kept].ToArray());
                differs |= !song.Tokens.Row(part).Span.SequenceEqual(other.Tokens.Row(part).Span);
            }
        }
        Assert.True(differs);
        Assert.Equal(sampled[1][2].Tokens.Row(part).ToArray(),
            (await sampler.BranchAsync(tiny.At("model"), branches, part, 3, 8, token))[1][2].Tokens.Row(part).ToArray());
    }

    [Fact]
    public void TheSameSeedsContinueABeginningAsTheyDidBefore()
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint, seed: 3);
        SongCondition[] conditions = [.. Enumerable.Repeat(new SongCondition("[verse] la mo", "pop"), 6)];
        ulong[] seeds = [1, 2, 3, 4, 5, 6];
        CancellationToken token = TestContext.Current.CancellationToken;
        SongTokens[] songs = BatchGenerator.Generate(lelm, conditions, seeds, Options, null, token);
        int[] whole = [.. Enumerable.Range(0, 6).Where(i => songs[i].Frames > 3)];
        Assert.NotEmpty(whole);
        SongTokens[] again = BatchGenerator.Generate(lelm, [.. whole.Select(i => conditions[i])], [.. whole.Select(i => seeds[i])],
            Options, null, token, beginnings: [.. whole.Select(i =>
                SongBeginning.Of(songs[i], SongPart.Vocal, 3, lelm.Config, lelm.Config.MaxFrames))]);
        Assert.All(whole.Zip(again), pair => Assert.Equal(
            songs[pair.First].Row(SongPart.Accompaniment).ToArray(), pair.Second.Row(SongPart.Accompaniment).ToArray()));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            SongBeginning.Of(songs[0], SongPart.Vocal, songs[0].Frames + 1, lelm.Config, lelm.Config.MaxFrames));
        int[][] start = SongBeginning.Of(songs[0], SongPart.Mixed, 0, lelm.Config, lelm.Config.MaxFrames);
        Assert.All(start, Assert.Empty);
    }

    [Fact]
    public void TheBatchFitsIntoTheFreeMemory()
    {
        const int Frames = 20;
        long song = SongQueue.SongBytes(TinyTraining.Config, Frames, 4);
        Assert.Equal(4, SamplingRoom.Songs(TinyTraining.Config, Frames, 4, 5 * song, 32));
        Assert.Equal(8, SamplingRoom.Songs(TinyTraining.Config, Frames, 2, 5 * song, 32));
        Assert.Equal(3, SamplingRoom.Songs(TinyTraining.Config, Frames, 4, 50 * song, 3));
        Assert.Equal(1, SamplingRoom.Songs(TinyTraining.Config, Frames, 4, 0, 32));
        Assert.Equal(32, SamplingRoom.Songs(TinyTraining.Config, Frames, 4, null, 32));
        Assert.InRange(MemoryLimit.FreeBytes, 1, MemoryLimit.Bytes);
    }

    [Fact]
    public void NothingIsLeftBehindAndCancellationStops()
    {
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint);
        SongCondition[] one = [new("[verse] la", null)];
        BatchGenerator.Generate(lelm, one, [1], Options, 5, CancellationToken.None);
        long before = LiveTensors.Settled();
        Assert.True(BatchGenerator.Generate(lelm, one, [1], Options, 5, CancellationToken.None)[0].Frames <= 5);
        Assert.Throws<OperationCanceledException>(() =>
            BatchGenerator.Generate(lelm, one, [1], Options, 5, new CancellationToken(true)));
        Assert.Equal(before, Tensor.TotalCount);
    }
}
