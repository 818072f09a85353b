using LeVo.Core.Audio;
using LeVo.Core.Runtime;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.MiniWorld.Scoring;

namespace LeVo.Experiments.Tests.MiniWorld;

public sealed class MelDistanceTests
{
    public MelDistanceTests() => LeVoRuntime.EnsureTorch();

    [Fact]
    public void TheDistanceIsALevelInDecibels()
    {
        Waveform loud = Noise(1, 0.3f), soft = Noise(1, 0.15f);
        Assert.Equal(0, MelDistance.Of(loud, loud), 6);
        Assert.Equal(6.02, MelDistance.Of(loud, soft), 0.1);
    }

    [Fact]
    public void AnotherSongIsFartherThanTheSameOneWithNoise()
    {
        Waveform song = Song(1), other = Song(2);
        Waveform hiss = Noise(3, 0.001f);
        var noisy = new Waveform([.. song.Channels.Select(channel => channel.Zip(hiss.Channels[0], (a, b) => a + b).ToArray())], 48_000);
        Assert.True(MelDistance.Of(song, noisy) < MelDistance.Of(song, other) / 2);
    }

    private static Waveform Song(long seed) => new(MiniRenderer.Render(MiniSongFactory.Create(seed, heldOut: false)).Mix(), 48_000);

    private static Waveform Noise(int seed, float level)
    {
        var random = new Random(seed);
        return new([[.. Enumerable.Range(0, 16 * 48_000).Select(_ => level * (2 * random.NextSingle() - 1))]], 48_000);
    }
}
