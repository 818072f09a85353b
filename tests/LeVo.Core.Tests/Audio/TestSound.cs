using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

internal static class TestSound
{
    /// <summary>Files of other programs; see the README there.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Audio", "Files");

    public static string File(string name) => Path.Combine(Folder, name);

    /// <summary>A chord with some noise, different in each channel; values lie on the grid of the given bits.</summary>
    public static Waveform Chord(int channels, int length, int bits = 16, int rate = 48_000, int seed = 1)
    {
        var random = new Random(seed);
        double full = Math.Pow(2, bits - 1);
        var samples = new float[channels][];
        for (int c = 0; c < channels; c++)
        {
            samples[c] = new float[length];
            for (int i = 0; i < length; i++)
            {
                double value = 0.5 * Math.Sin(0.031 * i) + 0.3 * Math.Sin(0.11 * i + c)
                    + 0.05 * (random.NextDouble() - 0.5);
                samples[c][i] = (float)(Math.Round(value * full) / full);
            }
        }
        return new(samples, rate);
    }

    public static void AssertEqual(Waveform expected, Waveform actual)
    {
        Assert.Equal(expected.SampleRate, actual.SampleRate);
        Assert.Equal(expected.ChannelCount, actual.ChannelCount);
        for (int c = 0; c < expected.ChannelCount; c++)
            Assert.Equal(expected.Channels[c], actual.Channels[c]);
    }

    public static string TemporaryFolder() => Directory.CreateTempSubdirectory("levo-audio-").FullName;
}
