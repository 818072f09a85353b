using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

public sealed class WaveformTests
{
    private static readonly Waveform Sound = new([[1, 0.5f, -2], [0.25f, float.NaN, -1]], 8000);

    [Fact]
    public void SamplesAreInterleaved()
    {
        Assert.Equal([1, 0.25f, 0.5f, float.NaN, -2, -1], Sound.ToInterleaved());
        Assert.Equal([32767, 8192, 16384, 0, -32768, -32768], Sound.ToInterleavedInt16());
        Assert.Empty(Waveform.Silence(2, 0, 8000).ToInterleaved());
    }

    [Fact]
    public void MonoIsTheMean()
    {
        var three = new Waveform([[3, 0], [0, 1], [-1.5f, 2]], 8000);
        Assert.Equal([0.5f, 1f], three.ToMono().Channels.Single());
        Assert.Equal([3, 0], three.Channels[0]);
        Waveform mono = three.ToMono();
        Assert.Same(mono, mono.ToMono());
    }

    [Fact]
    public void EveryChannelIsResampled()
    {
        Waveform sound = TestSound.Chord(2, 1000), half = sound.Resample(24_000);
        Assert.Equal((24_000, 500), (half.SampleRate, half.Length));
        Assert.Equal(SincResampler.Resample(sound.Channels[1], 48_000, 24_000), half.Channels[1]);
        Assert.Same(sound, sound.Resample(48_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => sound.Resample(0));
    }

    [Fact]
    public void PartsAreJoined()
    {
        Waveform sound = TestSound.Chord(2, 100);
        TestSound.AssertEqual(sound, Waveform.Concat([sound.Slice(0, 40), sound.Slice(40, 0), sound.Slice(40, 60)]));
        Assert.Throws<ArgumentException>(() => Waveform.Concat([]));
        Assert.Throws<ArgumentException>(() => Waveform.Concat([sound, Waveform.Silence(1, 1, 48_000)]));
        Assert.Throws<ArgumentException>(() => Waveform.Concat([sound, Waveform.Silence(2, 1, 44_100)]));
    }
}
