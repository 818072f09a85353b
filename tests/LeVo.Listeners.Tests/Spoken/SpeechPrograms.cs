using System.Diagnostics;
using System.Runtime.InteropServices;
using LeVo.Core.Audio;

namespace LeVo.Listeners.Tests.Spoken;

/// <summary>
/// flite and pocketsphinx, as Debian's packages flite, pocketsphinx and pocketsphinx-en-us have them. The voice is one of recorded
/// speech: pocketsphinx hears espeak-ng's so badly (a rate of 0.73) that noise makes no difference.
/// </summary>
internal static class SpeechPrograms
{
    private const string Model = "/usr/share/pocketsphinx/model/en-us";
    private const int SampleRate = 16_000;

    /// <summary>Speaks a line and recognises its phones, with a little and with much noise.</summary>
    public static SpokenLine Hear(string text)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-speech-");
        try
        {
            string file = Path.Combine(folder.FullName, "speech.wav");
            Run("flite", "", "-voice", "slt", "-t", text, "-o", file);
            Waveform speech = AudioFile.Read(file).ToMono().Resample(SampleRate);
            return new(text, Recognise(folder.FullName, speech, 0.002f), Recognise(folder.FullName, speech, 0.05f));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Recognises a whole utterance at once: with its own mean of the spectrum it is understood much better.</summary>
    private static string Recognise(string folder, Waveform speech, float noise)
    {
        var random = new Random(1);
        Waveform noisy = new([[.. speech.Channels[0].Select(sample => sample + noise * (2 * random.NextSingle() - 1))]], SampleRate);
        File.WriteAllBytes(Path.Combine(folder, "noisy.raw"), MemoryMarshal.AsBytes<short>(noisy.ToInterleavedInt16()).ToArray());
        File.WriteAllText(Path.Combine(folder, "list"), "noisy\n");
        string result = Path.Combine(folder, "result");
        Run("pocketsphinx_batch", "", "-adcin", "yes", "-cepdir", folder, "-cepext", ".raw", "-ctl", Path.Combine(folder, "list"),
            "-hmm", Model + "/en-us", "-allphone", Model + "/en-us-phone.lm.bin", "-beam", "1e-20", "-pbeam", "1e-20", "-lw", "2.0",
            "-hyp", result, "-logfn", "/dev/null");
        // Phones, then name and score in parentheses.
        return SpokenLine.Speech(File.ReadAllText(result).Split('(')[0]);
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
