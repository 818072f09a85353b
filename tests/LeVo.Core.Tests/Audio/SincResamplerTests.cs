using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

public sealed class SincResamplerTests
{
    [Theory]
    [InlineData(48_000, 24_000)]
    [InlineData(44_100, 48_000)]
    [InlineData(22_050, 48_000)]
    [InlineData(48_000, 44_100)]
    [InlineData(8_000, 48_000)]
    [InlineData(44_101, 48_000)]
    public void MatchesTheDefinition(int from, int to)
    {
        float[] samples = TestSound.Chord(1, 301, rate: from).Channels[0];
        float[] ours = SincResampler.Resample(samples, from, to);
        float[] single = SincResampler.Resample<float>(samples, from, to);
        Assert.Equal((int)Math.Ceiling(samples.Length * (double)to / from), ours.Length);
        Assert.Equal(ours.Length, single.Length);
        for (int i = 0; i < ours.Length; i++)
        {
            double expected = Definition(samples, from, to, i);
            Assert.Equal(expected, ours[i], 1e-6);
            Assert.Equal(expected, single[i], 2e-4);
        }
    }

    [Theory]
    [InlineData(44_100, 48_000)]
    [InlineData(48_000, 24_000)]
    public void ToneKeepsItsShape(int from, int to)
    {
        const double hertz = 1000;
        float[] tone = [.. Enumerable.Range(0, from / 10).Select(i => (float)Math.Sin(2 * Math.PI * hertz * i / from))];
        float[] ours = SincResampler.Resample(tone, from, to);
        for (int i = 100; i < ours.Length - 100; i++)
            Assert.Equal(Math.Sin(2 * Math.PI * hertz * i / to), ours[i], 5e-3);
    }

    [Fact]
    public void ToneAboveTheNewLimitIsGone()
    {
        float[] tone = [.. Enumerable.Range(0, 4800).Select(i => (float)Math.Sin(2 * Math.PI * 18_000 * i / 48_000))];
        float[] ours = SincResampler.Resample(tone, 48_000, 24_000);
        Assert.True(ours[100..^100].Max(MathF.Abs) < 5e-3);
    }

    [Fact]
    public void EqualRatesAndSilenceNeedNoKernel()
    {
        float[] samples = [0.5f, -0.25f, 1];
        float[] same = SincResampler.Resample(samples, 48_000, 48_000);
        Assert.Equal(samples, same);
        Assert.NotSame(samples, same);
        Assert.Empty(SincResampler.Resample([], 44_100, 48_000));
    }

    [Theory]
    [InlineData(0, 48_000)]
    [InlineData(48_000, -1)]
    public void RatesArePositive(int from, int to) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SincResampler.Resample([1f], from, to));

    /// <summary>Output sample i by the formula, in double, without phases: a windowed sinc at the output's
    /// time.</summary>
    private static double Definition(float[] samples, int from, int to, int i)
    {
        double cutOff = 0.99 * Math.Min(from, to) / from;
        double sum = 0;
        for (int s = 0; s < samples.Length; s++)
        {
            double time = cutOff * (s - (double)i * from / to);
            if (Math.Abs(time) >= 6)
                continue;
            double window = Math.Cos(Math.PI * time / 12);
            double sinc = time == 0 ? 1 : Math.Sin(Math.PI * time) / (Math.PI * time);
            sum += samples[s] * cutOff * window * window * sinc;
        }
        return sum;
    }
}
