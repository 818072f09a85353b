using LeVo.Codec.Planning;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Codec.Tests;

public sealed class MusicCodecTests
{
    private const int WindowFrames = 25;

    [Theory]
    [InlineData(1)]
    [InlineData(29)]
    [InlineData(58)]
    public async Task DecodesTheWholeSong(int frames)
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        List<Waveform> blocks = await Decode(codec, Song(frames));
        Assert.All(blocks, block => Assert.Equal((2, TinyCodec.SampleRate), (block.ChannelCount, block.SampleRate)));
        Assert.Equal(WindowPlan.TargetSamples(frames, 25, TinyCodec.SampleRate), blocks.Sum(block => block.Length));
        Assert.Contains(blocks, block => block.Channels[0].Any(sample => sample != 0));
    }

    [Fact]
    public async Task AnEmptySongIsSilent()
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        Assert.Empty(await Decode(codec, Song(0)));
    }

    [Fact]
    public async Task EqualSeedsGiveEqualSound()
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        float[] first = Left(await Decode(codec, Song(40), new() { Seed = 5 }));
        Assert.Equal(first, Left(await Decode(codec, Song(40), new() { Seed = 5 })));
        Assert.NotEqual(first, Left(await Decode(codec, Song(40), new() { Seed = 6 })));
    }

    [Fact]
    public async Task ConcurrentRequestsDontDisturbEachOther()
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        float[][] alone = [Left(await Decode(codec, Song(40, 1))), Left(await Decode(codec, Song(58, 2)))];
        List<Waveform>[] together = await Task.WhenAll(Decode(codec, Song(40, 1)), Decode(codec, Song(58, 2)));
        Assert.Equal(alone, together.Select(Left));
    }

    [Fact]
    public async Task StemsUseTheSilentCodes()
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        SongTokens song = Song(30);
        int[] silent = [.. Enumerable.Repeat(4, 30)];
        var replaced = SongTokens.FromRows(song.Row(SongPart.Mixed).Span, song.Row(SongPart.Vocal).Span, silent);
        Assert.Equal(Left(await Decode(codec, replaced)), Left(await Decode(codec, song, new() { Part = SongPart.Vocal })));
        Assert.NotEqual(Left(await Decode(codec, song)), Left(await Decode(codec, song, new() { Part = SongPart.Accompaniment })));
    }

    [Fact]
    public async Task TheFirstBlockComesBeforeTheLastIsComputed()
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        var progress = new Latest();
        await foreach (Waveform block in codec.DecodeAsync(Song(200), new(), progress, TestContext.Current.CancellationToken))
        {
            Assert.Equal(WindowFrames / 4 * 3 * TinyCodec.Ratio, block.Length);
            Assert.True(progress.Value.Done * 5 < progress.Value.Total, $"{progress.Value} at the first block");
            break;
        }
        await Decode(codec, Song(200), progress: progress);
        Assert.Equal(progress.Value.Total, progress.Value.Done);
        Assert.Equal(SongStage.Audio, progress.Value.Stage);
    }

    [Fact]
    public async Task CancellationStopsBetweenSolverSteps()
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        using var cancellation = new CancellationTokenSource();
        var progress = new Latest { OnReport = report => cancellation.CancelAfterUnit(report, 6) };
        List<Waveform> blocks = [];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (Waveform block in codec.DecodeAsync(Song(200), new(), progress, cancellation.Token))
                blocks.Add(block);
        });
        Assert.Single(blocks); // a window is three steps and a chunk
        Assert.Equal(7, progress.Value.Done); // the step that had begun
    }

    [Fact]
    public void UnknownCodesAreRefusedAtOnce()
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        SongTokens wrong = SongTokens.FromRows([1, 1], [1, TinyCodec.CodebookSize], [1, 1]);
        Assert.Contains("20 codes", Assert.Throws<ArgumentException>(() => { Begin(codec, wrong); }).Message);
        SongTokens otherRate = SongTokens.FromRows([1], [1], [1], frameRate: 50);
        Assert.Throws<ArgumentException>(() => { Begin(codec, otherRate); });
        Assert.Throws<ArgumentException>(() => { Begin(codec, Song(3), steps: 0); });
    }

    [Fact]
    public async Task EncodesMixAndStems()
    {
        using var files = new TinyCodec(withEncoder: true);
        using MusicCodec codec = files.Load();
        Waveform mix = Noise(1, 24_000, 12_000);
        SongTokens song = await codec.EncodeAsync(
            mix, new(Noise(2, 16_000), Noise(2, 16_000)), TestContext.Current.CancellationToken);
        Assert.Equal((51, codec.FrameRate), (song.Frames, song.FrameRate));
        Assert.All(song.Codes.ToArray(), code => Assert.InRange(code, 0, TinyCodec.CodebookSize - 1));
        SongTokens cut = await codec.EncodeAsync(
            mix, new(Noise(2, 8_000), Noise(2, 16_000)), TestContext.Current.CancellationToken);
        Assert.Equal(26, cut.Frames);
    }

    [Fact]
    public async Task APromptIsContinued()
    {
        using var files = new TinyCodec(withEncoder: true);
        using MusicCodec codec = files.Load();
        var prompt = new StemPair(Noise(1, 4_000), Noise(2, 4_000));
        List<Waveform> continued = await Decode(codec, Song(40), new() { Prompt = prompt });
        Assert.Equal(WindowPlan.TargetSamples(40, 25, TinyCodec.SampleRate), continued.Sum(block => block.Length));
        Assert.NotEqual(Left(await Decode(codec, Song(40))), Left(continued));
        var tooLong = new StemPair(Noise(1, 8_000), Noise(2, 8_000));
        await Assert.ThrowsAsync<ArgumentException>(() => Decode(codec, Song(40), new() { Prompt = tooLong }));
        Assert.Contains("18", Assert.Single(codec.Check(new() { Prompt = tooLong })).Message); // three quarters of a window
        // The check is exact: the longest that it lets through is continued, one more frame is not.
        var longest = new StemPair(Noise(1, 19 * TinyCodec.Ratio - 1), Noise(1, 8_000));
        Assert.Empty(codec.Check(new() { Prompt = longest }));
        await Decode(codec, Song(4), new() { Prompt = longest });
        var oneMore = new StemPair(Noise(1, 19 * TinyCodec.Ratio), Noise(1, 8_000));
        Assert.Equal("prompt", Assert.Single(codec.Check(new() { Prompt = oneMore })).Code);
        var resampled = new StemPair(Noise(1, 24_000, 44_100), Noise(2, 24_000, 44_100));
        Assert.Empty(codec.Check(new() { Prompt = resampled }));
        await Decode(codec, Song(4), new() { Prompt = resampled });
        Assert.Equal(["decoder_steps", "decoder_guidance"],
            codec.Check(new() { Steps = 0, Guidance = double.NaN }).Select(finding => finding.Code));
    }

    [Fact]
    public async Task WithoutEncoderThereAreNoCodes()
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        var stems = new StemPair(Noise(1, 8_000), Noise(1, 8_000));
        await Assert.ThrowsAsync<NotSupportedException>(
            () => codec.EncodeAsync(Noise(1, 8_000), stems, TestContext.Current.CancellationToken));
        Assert.Equal(["codec", "prompt"], codec.Check(new() { Prompt = stems }).Select(finding => finding.Code));
        await Assert.ThrowsAsync<ArgumentException>(() => Decode(codec, Song(40), new() { Prompt = stems }));
    }

    [Fact]
    public void EverythingWrongIsListed()
    {
        using var files = new TinyCodec();
        File.Copy(files.At("dual.safetensors"), files.At("vae.safetensors"), overwrite: true);
        var constants = new LevoCodec { VocalTap = 1, AccompanimentTap = 1, DualHeads = 2, WindowSeconds = 3, Steps = 3 };
        ModelLoadException e = Assert.Throws<ModelLoadException>(() => files.Load(constants));
        Assert.Contains(e.Problems, problem => problem.Contains("decoder.layers.0.weight_v", StringComparison.Ordinal));
        Assert.Contains(e.Problems, problem => problem.Contains("encoder.layers.0.bias", StringComparison.Ordinal));
        Assert.Contains(e.Problems, problem => problem.Contains("window_seconds", StringComparison.Ordinal));
    }

    private static void Begin(MusicCodec codec, SongTokens song, int? steps = null) =>
        codec.DecodeAsync(song, new() { Steps = steps }, null, TestContext.Current.CancellationToken);

    private static async Task<List<Waveform>> Decode(MusicCodec codec, SongTokens song, CodecDecodeOptions? options = null,
        IProgress<GenerationProgress>? progress = null)
    {
        List<Waveform> blocks = [];
        await foreach (Waveform block in codec.DecodeAsync(song, options ?? new(), progress, TestContext.Current.CancellationToken))
            blocks.Add(block);
        return blocks;
    }

    private static SongTokens Song(int frames, int seed = 0)
    {
        var random = new Random(seed);
        int[] Row() => [.. Enumerable.Range(0, frames).Select(_ => random.Next(TinyCodec.CodebookSize))];
        return SongTokens.FromRows(Row(), Row(), Row());
    }

    private static Waveform Noise(int seed, int samples, int sampleRate = TinyCodec.SampleRate)
    {
        var random = new Random(seed);
        return new([[.. Enumerable.Range(0, samples).Select(_ => random.NextSingle() - 0.5f)]], sampleRate);
    }

    private static float[] Left(List<Waveform> blocks) => [.. blocks.SelectMany(block => block.Channels[0])];

    private sealed class Latest : IProgress<GenerationProgress>
    {
        public GenerationProgress Value { get; private set; }

        public Action<GenerationProgress>? OnReport { get; init; }

        public void Report(GenerationProgress value)
        {
            Value = value;
            OnReport?.Invoke(value);
        }
    }
}

file static class Cancellation
{
    public static void CancelAfterUnit(this CancellationTokenSource source, GenerationProgress report, int unit)
    {
        if (report.Done == unit)
            source.Cancel();
    }
}
