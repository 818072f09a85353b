using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Runtime;

/// <summary>What the consumer test asks of an application beside the README's code.</summary>
internal static class Checks
{
    /// <summary>The report of the native libraries, and what their first use says.</summary>
    public static int Probe()
    {
        LeVoRuntimeReport report = LeVoRuntime.Probe();
        Console.WriteLine(report);
        try
        {
            LeVoRuntime.EnsureTorch();
            return report.TorchAvailable && report.Problem is null ? 0 : 1;
        }
        catch (LeVoRuntimeException e) when (!report.TorchAvailable)
        {
            Console.WriteLine($"{e.GetType().Name}: {e.Message}");
            return 3;
        }
    }

    /// <summary>The saved song sounds, is the one that was made, and comes with its sidecar.</summary>
    public static int Song(Song song)
    {
        Waveform saved = AudioFile.Read("song.flac");
        double power = saved.Channels.SelectMany(channel => channel).Average(sample => (double)sample * sample);
        Console.WriteLine($"{song.Tokens.Frames} frames, {saved.Duration.TotalSeconds:F2} s, rms {Math.Sqrt(power):F4}, "
            + $"tokens {song.TokenTime.TotalSeconds:F1} s, sound {song.AudioTime.TotalSeconds:F1} s");
        bool right = saved.Length == song.Audio.Length && saved.Duration.TotalSeconds > 1 && power > 1e-6
            && File.Exists("song.json");
        return right ? 0 : 1;
    }
}
