using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using LeVo.Alignment.Evaluation;
using LeVo.Core.Audio;
using LeVo.Testing;

namespace LeVo.Alignment.Tests.Evaluation;

/// <summary>Signals of EBU Tech 3341, and real sound against ffmpeg.</summary>
public sealed partial class LoudnessTests
{
    [Theory]
    [InlineData(48_000, -23.0)]
    [InlineData(44_100, -33.0)]
    [InlineData(32_000, -23.0)]
    public void AStereoSineHasItsLevel(int sampleRate, double level) =>
        Assert.Equal(level, Loudness.Integrated(Sine(sampleRate, (level, 20)))!.Value, 0.1);

    [Fact]
    public void QuietPartsAreGated()
    {
        Assert.Equal(-23, Loudness.Integrated(Sine(48_000, (-36, 10), (-23, 60), (-36, 10)))!.Value, 0.1);
        Assert.Equal(-23, Loudness.Integrated(Sine(48_000, (-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)))!.Value, 0.1);
    }

    [Fact]
    public void ThePeakLiesBetweenSamples()
    {
        // A quarter of the sample rate at 45 degrees: samples at 0.354, the sine's peak at 0.5.
        Waveform sound = new([[.. Enumerable.Range(0, 4800).Select(i => 0.5f * (float)Math.Sin(Math.PI * (i / 2.0 + 0.25)))]], 48_000);
        Assert.InRange(Loudness.TruePeak(sound)!.Value, -6.02 - 0.4, -6.02 + 0.2);
    }

    [Fact]
    public void SilenceHasNoLevel()
    {
        Assert.Null(Loudness.Integrated(Waveform.Silence(2, 48_000, 48_000)));
        Assert.Null(Loudness.TruePeak(Waveform.Silence(2, 48_000, 48_000)));
        Assert.Null(Loudness.Integrated(Sine(48_000, (-20, 0.3))));
    }

    /// <summary>The values of <c>ffmpeg -i docs/audio/demo-song.ogg -af ebur128=peak=true -f null -</c>; measured again where
    /// ffmpeg is installed.</summary>
    [Fact]
    public void ARealSongIsAsLoudAsFfmpegSays()
    {
        string file = Path.Combine(Repository.Root, "docs", "audio", "demo-song.ogg");
        Waveform song = AudioFile.Read(file);
        (double loudness, double peak) = Ffmpeg(file) ?? (-14.7, -4.9);
        Assert.Equal(loudness, Loudness.Integrated(song)!.Value, 0.1);
        Assert.Equal(peak, Loudness.TruePeak(song)!.Value, 0.2);
    }

    private static (double, double)? Ffmpeg(string file)
    {
        var start = new ProcessStartInfo("ffmpeg",
            ["-hide_banner", "-nostats", "-i", file, "-af", "ebur128=peak=true", "-f", "null", "-"])
        { RedirectStandardError = true };
        string output;
        try
        {
            using Process process = Process.Start(start)!;
            output = process.StandardError.ReadToEnd();
            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        return (Last(Integrated()), Last(Peak()));

        double Last(Regex value) =>
            double.Parse(value.Matches(output)[^1].Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>A sine of 1 kHz in both channels: its level in dB of full scale, and seconds.</summary>
    private static Waveform Sine(int sampleRate, params (double Level, double Seconds)[] parts)
    {
        float[] samples = [.. parts.SelectMany(part =>
            Enumerable.Range(0, (int)(part.Seconds * sampleRate)).Select(i =>
                (float)(Math.Pow(10, part.Level / 20) * Math.Sin(2 * Math.PI * 1000 * i / sampleRate))))];
        return new([samples, samples], sampleRate);
    }

    [GeneratedRegex(@"I:\s+(-?[\d.]+) LUFS")]
    private static partial Regex Integrated();

    [GeneratedRegex(@"Peak:\s+(-?[\d.]+) dBFS")]
    private static partial Regex Peak();
}
