using LeVo.Alignment.Evaluation;
using LeVo.Core.Audio;

namespace LeVo.Alignment.Tests.Evaluation;

public sealed class SoundMeasuresTests
{
    [Fact]
    public void RunsAtFullScaleAreClipped()
    {
        float[] samples = [0, 1, 1, 0, -1, -1, -1, 0.5f, 1, 1];
        Assert.Equal(0.3, SoundMeasures.ClippedFraction(new([samples], 10)), 9);
        Assert.Equal(0.15, SoundMeasures.ClippedFraction(new([samples, new float[10]], 10)), 9);
        Assert.Equal(0.3, SoundMeasures.ClippedFraction(new([[0, 0, 0, 0, 0, 0, 0, 1, 1, 1]], 10)), 9);
    }

    [Fact]
    public void QuietBlocksAreSilent()
    {
        // Blocks of 50 samples: two silent ones, a loud one, a silent one.
        float[] samples = [.. new float[100], .. Enumerable.Repeat(0.1f, 50), .. Enumerable.Repeat(0.0009f, 50)];
        Assert.Equal((0.75, 0.1), SoundMeasures.Silence(new([samples], 1000)));
        Assert.Equal((0, 0), SoundMeasures.Silence(new([[.. Enumerable.Repeat(0.0011f, 200)]], 1000)));
        Assert.Equal((0, 0), SoundMeasures.Silence(Waveform.Silence(2, 0, 1000)));
    }

    [Fact]
    public void StemsAddUpToTheMix()
    {
        Waveform vocal = new([[0.5f, 0, 0.25f]], 10), band = new([[0.25f, 0.5f], [0, 0.5f]], 10);
        Waveform sum = StemSum.Of(vocal, band);
        Assert.Equal([[0.75f, 0.5f], [0.5f, 0.5f]], sum.Channels);
        Assert.Equal(-120, StemSum.Residual(sum, sum));
        // The difference has a tenth of the amplitude.
        Waveform mix = new([[.. sum.Channels[0].Select(x => x / 0.9f)], [.. sum.Channels[1].Select(x => x / 0.9f)]], 10);
        Assert.Equal(-20, StemSum.Residual(mix, sum)!.Value, 4);
        Assert.Null(StemSum.Residual(Waveform.Silence(2, 3, 10), sum));
        Assert.Throws<InvalidDataException>(() => StemSum.Of(vocal, Waveform.Silence(1, 3, 20)));
    }
}
