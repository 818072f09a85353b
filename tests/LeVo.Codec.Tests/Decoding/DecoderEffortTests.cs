using LeVo.Codec.Decoding;
using LeVo.Codec.Model;
using LeVo.Core;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Decoding;

public sealed class DecoderEffortTests
{
    private static readonly string Demo = Path.Combine(Repository.Root, "models", "levo-demo");

    [Theory]
    [InlineData(DecoderEffort.Exact, 20, false)]
    [InlineData(DecoderEffort.Balanced, 9, true)]
    [InlineData(DecoderEffort.Fast, 6, true)]
    public void AnEffortHasItsRows(DecoderEffort effort, int rows, bool endsWithSong)
    {
        SoundSettings settings = new SoundSettings().With(effort);
        Assert.Equal((rows, endsWithSong), (settings.Flow.Rows, settings.EndsWithSong));
        var distilled = new SoundSettings { Flow = new(2, 1) };
        Assert.Same(distilled, distilled.With(effort));
    }

    [Fact]
    public async Task TheDemoSoundsAlikeWithLessWork()
    {
        using MusicCodec codec = MusicCodec.Load(Demo);
        float[] exact = await Decode(codec), again = await Decode(codec);
        float[] balanced = await Decode(codec, DecoderEffort.Balanced), fast = await Decode(codec, DecoderEffort.Fast);
        Assert.Equal(exact, again);
        Assert.Equal(exact.Length, balanced.Length);
        Assert.Equal(exact.Length, fast.Length);
        Assert.NotEqual(exact, balanced);
        Assert.NotEqual(balanced, fast);
        Assert.True(Ratio(exact, balanced) > Ratio(exact, fast));
        Assert.True(Ratio(exact, fast) > 5, $"{Ratio(exact, fast)} dB");
    }

    /// <summary>All ten steps with guidance, whose products are rounded to 8 bits of mantissa.</summary>
    [Fact]
    public async Task TheDemoSoundsAlikeWithProductsInBFloat16()
    {
        using MusicCodec codec = MusicCodec.Load(Demo), lower = MusicCodec.Load(Demo, precision: ModelPrecision.BFloat16);
        float[] exact = await Decode(codec), rounded = await Decode(lower);
        Assert.NotEqual(exact, rounded);
        Assert.True(Ratio(exact, rounded) > 40, $"{Ratio(exact, rounded)} dB");
    }

    [Fact]
    public void StepsOfOnesOwnNeedTheExactEffort()
    {
        using var files = new TinyCodec();
        using MusicCodec codec = files.Load();
        Assert.Equal("decoder_effort", Assert.Single(codec.Check(new() { Effort = DecoderEffort.Fast, Steps = 3 })).Code);
        Assert.Empty(codec.Check(new() { Effort = DecoderEffort.Fast, Guidance = 2 }));
    }

    private static async Task<float[]> Decode(MusicCodec codec, DecoderEffort effort = DecoderEffort.Exact)
    {
        const int Frames = 60;
        SongTokens song = SongTokens.FromRows(
            [.. Enumerable.Range(0, Frames).Select(i => i * 7 % 512)], [.. Enumerable.Range(0, Frames).Select(i => i * 5 % 512)],
            [.. Enumerable.Range(0, Frames).Select(i => i * 3 % 512)], codec.FrameRate);
        List<Waveform> blocks = [];
        await foreach (Waveform block in codec.DecodeAsync(song, new() { Seed = 3, Effort = effort }, null, TestContext.Current.CancellationToken))
            blocks.Add(block);
        return Waveform.Concat(blocks).Channels[0];
    }

    /// <summary>Signal-to-noise ratio in dB.</summary>
    private static double Ratio(float[] signal, float[] other) => 10 * Math.Log10(
        signal.Sum(value => (double)value * value) / signal.Zip(other).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
}
