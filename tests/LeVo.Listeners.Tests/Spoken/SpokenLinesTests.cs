using LeVo.Alignment.Data;
using LeVo.Alignment.Evaluation;
using LeVo.Alignment.Phonemes;
using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Listeners.Tests.Spoken;

/// <summary>
/// The phoneme error rate of lines that flite speaks and pocketsphinx hears, phoneme by phoneme: two programs that know
/// nothing of this library. What they said and heard is stored; with LEVO_EARS=1 (eng/long-checks) they speak and hear again.
/// </summary>
public sealed class SpokenLinesTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheErrorRateOrdersCleanNoisyAndWrongTexts()
    {
        SpokenLine[] lines = LongChecks.Count("LEVO_EARS", 0) == 1
            ? [.. SpokenLine.Stored().Select(line => SpeechPrograms.Hear(line.Text))]
            : SpokenLine.Stored();
        double clean = await RateAsync(lines, line => line.Text, line => line.Clean);
        double noisy = await RateAsync(lines, line => line.Text, line => line.Noisy);
        double wrong = await RateAsync(lines, line => lines[(Array.IndexOf(lines, line) + 1) % lines.Length].Text, line => line.Clean);
        TestContext.Current.SendDiagnosticMessage("phoneme error rate: clean {0:0.000}, noisy {1:0.000}, wrong {2:0.000}", clean, noisy, wrong);
        Assert.True(clean < noisy - 0.05, $"clean {clean:0.000}, noisy {noisy:0.000}");
        Assert.True(noisy < wrong - 0.05, $"noisy {noisy:0.000}, wrong {wrong:0.000}");
    }

    private static async Task<double> RateAsync(
        SpokenLine[] lines, Func<SpokenLine, string> text, Func<SpokenLine, string> heard)
    {
        var ears = new PhoneEars();
        EvaluationSong[] songs = [.. lines.Select((line, i) => new EvaluationSong($"{i}",
            new SongSample(new("[verse] " + text(line)), SongTokens.FromRows([], [], [], 25), 0) { Vocal = ears.Remember(heard(line)) }))];
        SongSetEvaluation set = await new SongEvaluator([], ears, ears).EvaluateAsync("spoken", songs, null, Token);
        return set.Table.Single(row => row.Metric == "phoneme_error_rate").Value;
    }

    /// <summary>Hears the phones that were recognised in a sound; English for the lyrics.</summary>
    private sealed class PhoneEars : ITranscriber, IPhonemizer
    {
        private const string Phones = "/";

        private readonly LanguagePhonemizer english = new();
        private readonly Dictionary<Waveform, string> recognised = [];

        public Waveform Remember(string phones)
        {
            Waveform sound = Waveform.Silence(1, 10, 10);
            recognised.Add(sound, phones);
            return sound;
        }

        public Task<Transcription> TranscribeAsync(
            Waveform vocal, TranscriptionOptions options, CancellationToken cancellationToken) =>
            Task.FromResult(new Transcription([new(Phones + recognised[vocal], TimeSpan.Zero, vocal.Duration)]));

        public IReadOnlyList<string> Phonemize(string text, string? language) => text.StartsWith(Phones, StringComparison.Ordinal)
            ? text[Phones.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : english.Phonemize(text, "en");
    }
}
