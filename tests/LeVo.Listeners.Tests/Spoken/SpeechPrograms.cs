using System.Diagnostics;
using LeVo.Core.Audio;

namespace LeVo.Listeners.Tests.Spoken;

/// <summary>espeak-ng and pocketsphinx, as Debian's packages espeak-ng, pocketsphinx and pocketsphinx-en-us have them.</summary>
internal static class SpeechPrograms
{
    private const string Model = "/usr/share/pocketsphinx/model/en-us";
    private const int SampleRate = 16_000;

    /// <summary>Speaks a line and recognises its phones, with a little and with much noise.</summary>
    public static SpokenLine Hear(string text)
    {
        string file = Path.GetTempFileName() + ".wav";
        try
        {
            Run("espeak-ng", text, "-v", "en-us", "-s", "120", "-w", file, "--stdin");
            Waveform speech = AudioFile.Read(file).ToMono().Resample(SampleRate);
            return new(text, Recognise(file, speech, 0.01f), Recognise(file, speech, 0.05f));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Recognise(string file, Waveform speech, float noise)
    {
        var random = new Random(1);
        float[] samples = [.. speech.Channels[0].Select(sample => sample + noise * (2 * random.NextSingle() - 1))];
        AudioFile.WriteAsync(file, new([samples], SampleRate)).GetAwaiter().GetResult();
        return SpokenLine.Speech(Run("pocketsphinx_continuous", "", "-infile", file, "-hmm", Model + "/en-us", "-allphone",
            Model + "/en-us-phone.lm.bin", "-beam", "1e-20", "-pbeam", "1e-20", "-lw", "2.0", "-logfn", "/dev/null"));
    }

    private static string Run(string program, string input, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
