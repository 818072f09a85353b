using LeVo.Codec.Encoding;
using LeVo.Codec.Planning;
using LeVo.Core.Audio;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Encoding;

public sealed class CodecEncoderTests
{
    [Theory]
    [InlineData(480_000, 251)]
    [InlineData(1, 1)]
    [InlineData(1919, 1)]
    [InlineData(1920, 2)]
    [InlineData(28 * 1920, 29)]
    [InlineData(29 * 1920, 29)] // 29 * 1920 / 48000.0 * 25 is a hair below 29
    [InlineData(1_920_000, 1001)]
    public void FrameCountFollowsFloatingPoint(int samples, int frames)
    {
        float[][] silence = [new float[samples], new float[samples]];
        Assert.Equal(frames, EncoderTrack.Prepare([silence], 48_000)[0].Frames);
    }

    [Fact]
    public void ShortSoundIsRepeatedNotPadded()
    {
        using var encoder = new TinyEncoder();
        float[][] once = TinyEncoder.Sound(7000);
        float[][] thrice = [.. once.Select(channel => (float[])[.. channel, .. channel, .. channel])];
        int[] codes = Encode(encoder.Single, [once])[0];
        Assert.Equal(codes, Encode(encoder.Single, [thrice])[0][..codes.Length]);
        Assert.Equal(4, codes.Length);
    }

    [Fact]
    public void SegmentsKnowNothingOfEachOther()
    {
        using var encoder = new TinyEncoder();
        const int frames = TinyEncoder.SegmentFrames;
        float[][] first = TinyEncoder.Sound(TinyEncoder.SegmentSamples);
        float[][] second = TinyEncoder.Sound(TinyEncoder.SegmentSamples, 2);
        float[][] joined = [.. first.Zip(second, (a, b) => (float[])[.. a, .. b])];
        int[] codes = Encode(encoder.Single, [joined])[0];
        Assert.Equal(2 * frames + 1, codes.Length);
        Assert.Equal(Encode(encoder.Single, [first])[0][..frames], codes[..frames]);
        Assert.Equal(Encode(encoder.Single, [second])[0][..frames], codes[frames..^1]);
        Assert.True(codes.Distinct().Count() > 3, "the codes of noise should vary");
    }

    [Fact]
    public void TracksAreLimitedAloneAndCutToTheShorter()
    {
        using var encoder = new TinyEncoder();
        float[][] vocal = TinyEncoder.Sound(9000), accompaniment = TinyEncoder.Sound(12_000, 2);
        accompaniment[0][11_999] = 1.6f; // beyond the cut, yet it halves the whole track
        float[][] halved = [.. accompaniment.Select(channel => channel[..9000].Select(x => x / 2).ToArray())];
        EncoderTrack[] tracks = EncoderTrack.Prepare([vocal, accompaniment], 48_000);
        EncoderTrack[] expected = EncoderTrack.Prepare([vocal, halved], 48_000);
        for (int i = 0; i < 2; i++)
            Assert.Equal(expected[i].Segment(0, 19_200), tracks[i].Segment(0, 19_200));

        int[][] codes = Encode(encoder.Dual, [vocal, accompaniment]);
        Assert.Equal(Encode(encoder.Single, [vocal])[0], codes[0]);
        Assert.Equal(5, codes[1].Length);
    }

    [Fact]
    public void OnlyNeededSegmentsAreComputedAndCounted()
    {
        using var encoder = new TinyEncoder();
        var reports = new Reports();
        Encode(encoder.Dual, [TinyEncoder.Sound(12 * 1920), TinyEncoder.Sound(12 * 1920, 2)], reports);
        Assert.Equal([0.25, 0.5, 0.75, 1], reports.Values);
        reports.Values.Clear();
        Encode(encoder.Dual, [TinyEncoder.Sound(9 * 1920), TinyEncoder.Sound(9 * 1920, 2)], reports);
        Assert.Equal([0.5, 1], reports.Values);
    }

    [Fact]
    public void CancellationStopsBetweenSegments()
    {
        using var encoder = new TinyEncoder();
        using var source = new CancellationTokenSource();
        var reports = new Reports(onReport: source.Cancel);
        Assert.Throws<OperationCanceledException>(
            () => encoder.Single.Encode([TinyEncoder.Sound(50 * 1920)], reports, source.Token));
        Assert.Single(reports.Values);
    }

    [Fact]
    public void NothingStaysBehindAndInputIsNotChanged()
    {
        using var encoder = new TinyEncoder();
        float[][] loud = GoldenInputs.Wave("loud", 30_000, 2, 3);
        float[][] copy = [.. loud.Select(channel => channel.ToArray())];
        using var scope = NewDisposeScope();
        Encode(encoder.Single, [loud]);
        Assert.Equal(0, scope.DisposablesCount);
        Assert.Equal(copy, loud);
    }

    [Fact]
    public void WrongInputIsNamed()
    {
        using var encoder = new TinyEncoder();
        float[] channel = new float[5000];
        Assert.Throws<ArgumentException>(() => Encode(encoder.Dual, [[channel, channel]]));
        Assert.Throws<ArgumentException>(() => Encode(encoder.Single, [[channel]]));
        Assert.Throws<ArgumentException>(() => Encode(encoder.Single, [[channel, channel[..10]]]));
        Assert.Throws<ArgumentException>(() => Encode(encoder.Single, [[[], []]]));
        Assert.Throws<ArgumentException>(
            () => new CodecEncoder(encoder.MusicFm, [encoder.Vocal], segmentSeconds: 0.05));
        Assert.Throws<ArgumentException>(
            () => new CodecEncoder(encoder.MusicFm, [encoder.Vocal with { Tap = 3 }], segmentSeconds: 0.4));
        Assert.NotNull(new CodecEncoder(encoder.MusicFm, [encoder.Vocal], segmentSeconds: 0.28));
    }

    [Fact]
    public void PeakRulesNeverAmplify()
    {
        float[][] quiet = [[0.1f, -0.8f], [0.2f, 0.3f]];
        Assert.Same(quiet, PeakRule.Joint(quiet));
        float[][] loud = [[0.5f, -1.6f], [0.25f, 1]];
        Assert.Equal([[0.25f, -0.8f], [0.125f, 0.5f]], PeakRule.Joint(loud));
        float[][] single = PeakRule.PerChannel([[0.45f, -1.8f], [0.25f, 0.5f]]);
        Assert.Equal([[0.225f, -0.9f], [0.25f, 0.5f]], single);
    }

    [Fact]
    public void AnySoundBecomesStereo()
    {
        float[] left = [0.1f, 0.2f], right = [0.3f, 0.4f], third = [1, 1];
        Assert.Equal([left, left], StereoSound.From(new([left], 48_000), 48_000));
        Waveform three = new([left, right, third], 48_000); // with a centre channel
        Assert.Equal(three.ToStereo().Channels, StereoSound.From(three, 48_000));
        Assert.Equal(4, StereoSound.From(new Waveform([left, right], 24_000), 48_000)[1].Length);
    }

    private static int[][] Encode(
        CodecEncoder encoder, IReadOnlyList<float[][]> tracks, IProgress<double>? progress = null) =>
        encoder.Encode(tracks, progress, TestContext.Current.CancellationToken);

    private sealed class Reports(Action? onReport = null) : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value)
        {
            Values.Add(value);
            onReport?.Invoke();
        }
    }
}
