using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;

namespace LeVo.Core.Tests.Generation;

/// <summary>In which order the halves of a stream work. The tracks are three columns behind: 23 columns make 20 frames.</summary>
public sealed class PacedStreamTests
{
    private static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[verse] 春天的风. Oh"),
        Description = "pop",
        Duration = TimeSpan.FromSeconds(1.2),
        Seed = 1,
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task InTurnsNoStepIsTakenAheadOfABlock()
    {
        int steps = 0;
        List<int> atBlock = [];
        using LeVoModel model = ScriptedEngine.Model(new() { Reading = () => steps++ }, songs: 1);
        var codec = new FrameCodec(CodecPace.Alternating) { Decoding = _ => atBlock.Add(steps) };
        await SoundIsThatOfTheWholeSong(model, codec);
        Assert.Equal([13, 23, 33], atBlock[..3]);
    }

    [Fact]
    public async Task AfterwardsTheLastStepComesBeforeTheFirstBlock()
    {
        int steps = 0;
        List<int> atBlock = [];
        using LeVoModel model = ScriptedEngine.Model(new() { Reading = () => steps++ }, songs: 1);
        var codec = new FrameCodec(CodecPace.Afterwards) { Decoding = _ => atBlock.Add(steps) };
        await SoundIsThatOfTheWholeSong(model, codec);
        Assert.Equal([33, 33, 33], atBlock[..3]);
    }

    [Fact]
    public async Task OnDevicesOfTheirOwnBothWorkAtOnce()
    {
        int steps = 0;
        using var all = new ManualResetEventSlim();
        using LeVoModel model = ScriptedEngine.Model(new()
        {
            Reading = () =>
            {
                if (Interlocked.Increment(ref steps) == 33)
                    all.Set();
            },
        }, songs: 1);
        // The first block is not finished before the last step is taken, which therefore cannot wait for it.
        var codec = new FrameCodec(CodecPace.Overlapping) { Decoding = _ => all.Wait(Ct) };
        await SoundIsThatOfTheWholeSong(model, codec);
    }

    [Theory]
    [InlineData((int)CodecPace.Alternating)]
    [InlineData((int)CodecPace.Overlapping)]
    public async Task AnAbandonedStreamKeepsTheTokensThatExist(int pace)
    {
        using LeVoModel model = ScriptedEngine.Model(new(), songs: 1);
        var generator = new SongGenerator(model.CreateTokenGenerator(), new FrameCodec((CodecPace)pace));
        SongStream stream = generator.StreamAsync(Request, null, Ct);
        await foreach (Waveform block in stream)
            break;
        GenerationCanceledException canceled =
            await Assert.ThrowsAsync<GenerationCanceledException>(() => stream.Completion.WaitAsync(Ct));
        Assert.InRange(canceled.Tokens.Frames, 10, 30);
        Song song = await generator.GenerateAsync(Request, null, Ct); // the model's only place is free
        Assert.Equal(song.Tokens.Slice(0, canceled.Tokens.Frames), canceled.Tokens);
    }

    [Theory]
    [InlineData((int)CodecPace.Alternating)]
    [InlineData((int)CodecPace.Overlapping)]
    public async Task AnErrorOfTheLanguageModelEndsTheStream(int pace)
    {
        int steps = 0;
        using LeVoModel model = ScriptedEngine.Model(new()
        {
            Reading = () =>
            {
                if (++steps == 20)
                    throw new InvalidTimeZoneException();
            },
        }, songs: 1);
        var generator = new SongGenerator(model.CreateTokenGenerator(), new FrameCodec((CodecPace)pace));
        SongStream stream = generator.StreamAsync(Request, null, Ct);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => stream.ToListAsync(Ct).AsTask());
        Assert.True(stream.Completion.IsFaulted);
        Assert.Equal(30, (await generator.GenerateAsync(Request, null, Ct)).Tokens.Frames);
    }

    private static async Task SoundIsThatOfTheWholeSong(LeVoModel model, FrameCodec codec)
    {
        var generator = new SongGenerator(model.CreateTokenGenerator(), codec);
        SongStream stream = generator.StreamAsync(Request, null, Ct);
        List<Waveform> blocks = await stream.ToListAsync(Ct);
        Song song = await stream.Completion, whole = await generator.GenerateAsync(Request, null, Ct);
        Assert.Equal(3, blocks.Count);
        Assert.Equal(30, song.Tokens.Frames);
        Assert.Equal(whole.Tokens, song.Tokens);
        Assert.Equal(whole.Audio.Channels, song.Audio.Channels);
    }
}
