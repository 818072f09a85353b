using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using LeVo.Alignment.Preferences;

namespace LeVo.Alignment.Phonemes;

/// <summary>IPA of any language that <c>espeak-ng</c> knows, by the program of that name, which is started for each text.
/// Thread-safe.</summary>
/// <param name="program">The program's name or path.</param>
internal sealed class EspeakPhonemizer(string program = "espeak-ng") : IPhonemizer
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The program is not installed, or did not end.</exception>
    public IReadOnlyList<string> Phonemize(string text, string? language = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        string voice = language ?? "en";
        if (voice.Length == 0 || !char.IsAsciiLetter(voice[0]) || !voice.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new NotSupportedException($"'{voice}' is no language of espeak-ng.");
        if (string.IsNullOrWhiteSpace(text))
            return [];
        // Marks of other languages in parentheses are not phonemes.
        string ipa = Run(text, voice);
        return [.. ipa.Split([' ', '_', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Where(part => !part.Contains('('))];
    }

    private string Run(string text, string voice)
    {
        // The text goes in by standard input, since it may look like an option.
        var start = new ProcessStartInfo(program, ["-q", "-b", "1", "--ipa", "--sep=_", "-v", voice, "--stdin"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                $"The phonemes of '{voice}' need the program espeak-ng ('{program}'), which cannot be started: {e.Message}. "
                + "On Debian and Ubuntu: apt-get install espeak-ng.", e);
        }
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            try
            {
                process.StandardInput.Write(text);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it read the text; its exit code says why.
            }
            if (!process.WaitForExit(Limit))
            {
                process.Kill();
                throw new InvalidOperationException($"espeak-ng did not end within {Limit.TotalSeconds} seconds.");
            }
            return process.ExitCode == 0
                ? output.GetAwaiter().GetResult()
                : throw new NotSupportedException($"espeak-ng has no '{voice}': {errors.GetAwaiter().GetResult().Trim()}");
        }
    }
}
