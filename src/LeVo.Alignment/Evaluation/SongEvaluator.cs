using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Evaluation;

/// <summary>
/// Measures songs. Loudness, peaks, silence and lengths need no model; services add what they can judge. Thread-safe if the
/// services are.
/// </summary>
/// <param name="judges">Scorers of the application: the score is a metric named after the strategy.</param>
/// <param name="transcriber">For the phoneme error rate, with a phonemizer; or null.</param>
/// <param name="phonemizer">The phonemizer, or null.</param>
/// <param name="embedder">For similarities and the Fréchet distance; or null.</param>
/// <param name="reward">For the reward of songs with tokens; or null.</param>
public sealed class SongEvaluator(IEnumerable<IPreferenceScorer> judges, ITranscriber? transcriber = null,
    IPhonemizer? phonemizer = null, IAudioTextEmbedder? embedder = null, IRewardModel? reward = null)
{
    private readonly IPreferenceScorer[] judges = [.. judges];
    private readonly LyricAlignmentScorer? alignment =
        transcriber is null || phonemizer is null ? null : new(transcriber, phonemizer);
    private readonly PromptConsistencyScorer? consistency = embedder is null ? null : new(embedder);

    /// <summary>Measures the songs one after another. What fails in a song is noted there and costs nothing else.</summary>
    /// <param name="name">The name of the set, for reports.</param>
    /// <param name="songs">The songs.</param>
    /// <param name="progress">Receives the number of songs measured so far.</param>
    /// <param name="cancellationToken">Cancels between two songs or computations of a service.</param>
    /// <exception cref="ArgumentException">There are no songs, or two have the same name.</exception>
    public async Task<SongSetEvaluation> EvaluateAsync(string name, IReadOnlyList<EvaluationSong> songs,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(songs);
        if (songs.Count == 0)
            throw new ArgumentException("There are no songs.", nameof(songs));
        if (songs.CountBy(song => song.Name).FirstOrDefault(count => count.Value > 1).Key is { } twice)
            throw new ArgumentException($"Two songs have the name '{twice}'.", nameof(songs));
        var results = new List<SongEvaluation>(songs.Count);
        foreach (EvaluationSong song in songs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(await Task.Run(() => MeasureAsync(song, cancellationToken), cancellationToken).ConfigureAwait(false));
            progress?.Report(results.Count);
        }
        return new(name, results);
    }

    private async Task<SongEvaluation> MeasureAsync(EvaluationSong song, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, MetricValue>();
        var problems = new List<string>();
        SongSample? sample = null;
        Try("", () => sample = song.Load());
        if (sample is null)
            return new(song.Name, values, problems);
        byte[]? picture = null;
        if ((sample.Mix ?? sample.Vocal ?? sample.Accompaniment) is { Length: > 0 } sound)
        {
            Measure(song, sample, sound, Add, Try);
            picture = Spectrogram.Draw(sound);
        }
        float[]? embedding = await JudgeAsync(sample, Add, problems, cancellationToken).ConfigureAwait(false);
        return new(song.Name, values, problems) { Embedding = embedding, Picture = picture };

        void Add(string metric, double? value, double weight = 1)
        {
            if (value is { } number && double.IsFinite(number))
                values[metric] = new(number, weight);
        }

        void Try(string metric, Action measure)
        {
            try
            {
                measure();
            }
            catch (Exception e) when (IsOfTheSong(e))
            {
                problems.Add(Describe(metric, e));
            }
        }
    }

    private static void Measure(
        EvaluationSong song, SongSample sample, Waveform sound, AddValue add, Action<string, Action> attempt)
    {
        add(EvaluationMetric.Length, sound.Duration.TotalSeconds);
        add(EvaluationMetric.LengthKept, sound.Duration / song.RequestedLength);
        add(EvaluationMetric.TruePeak, Loudness.TruePeak(sound));
        add(EvaluationMetric.Clipped, SoundMeasures.ClippedFraction(sound));
        (double silent, double longest) = SoundMeasures.Silence(sound);
        add(EvaluationMetric.Silent, silent);
        add(EvaluationMetric.LongestSilence, longest);
        attempt(EvaluationMetric.Loudness, () => add(EvaluationMetric.Loudness, Loudness.Integrated(
            sound.ChannelCount > 2 ? sound.ToStereo() : sound)));
        if (sample is { Mix: { } mix, Vocal: { } vocal, Accompaniment: { } accompaniment })
        {
            attempt(EvaluationMetric.StemResidual, () =>
                add(EvaluationMetric.StemResidual, StemSum.Residual(mix, StemSum.Of(vocal, accompaniment))));
        }
    }

    private async Task<float[]?> JudgeAsync(
        SongSample sample, AddValue add, List<string> problems, CancellationToken cancellationToken)
    {
        float[]? embedding = null;
        if (alignment is not null && sample is { Vocal.Length: > 0, Condition.Lyrics.Length: > 0 })
        {
            await TryAsync(EvaluationMetric.PhonemeErrors, async () =>
            {
                PhonemeErrorRate rate = await alignment.CompareAsync(sample, cancellationToken).ConfigureAwait(false);
                add(EvaluationMetric.PhonemeErrors, rate.Errors, rate.ReferenceLength);
            }).ConfigureAwait(false);
        }
        if (consistency is not null && sample.Mix is { Length: > 0 })
        {
            await TryAsync(EvaluationMetric.TextSimilarity, async () =>
            {
                PromptSimilarity found = await consistency.CompareAsync(sample, cancellationToken).ConfigureAwait(false);
                embedding = found.Song;
                add(EvaluationMetric.TextSimilarity, found.Text);
                add(EvaluationMetric.PromptSimilarity, found.Prompt);
            }).ConfigureAwait(false);
        }
        if (reward is not null && sample.Tokens.Frames > 0)
        {
            await TryAsync(EvaluationMetric.Reward, () =>
            {
                add(EvaluationMetric.Reward, reward.Score(sample.Condition, sample.Tokens));
                return Task.CompletedTask;
            }).ConfigureAwait(false);
        }
        foreach (IPreferenceScorer judge in judges.Where(judge => CanJudge(judge, sample)))
        {
            await TryAsync(judge.Strategy, async () =>
                add(judge.Strategy, await judge.ScoreAsync(sample, cancellationToken).ConfigureAwait(false)))
                .ConfigureAwait(false);
        }
        return embedding;

        async Task TryAsync(string metric, Func<Task> measure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await measure().ConfigureAwait(false);
            }
            catch (Exception e) when (IsOfTheSong(e))
            {
                problems.Add(Describe(metric, e));
            }
        }
    }

    private static bool CanJudge(IPreferenceScorer judge, SongSample sample) => judge.Parts.Count == 0
        ? sample.Tokens.Frames > 0
        : judge.Parts.All(part => part switch
        {
            SongPart.Mixed => sample.Mix,
            SongPart.Vocal => sample.Vocal,
            _ => sample.Accompaniment,
        } is { Length: > 0 });

    private static bool IsOfTheSong(Exception e) =>
        e is ArgumentException or InvalidDataException or IOException or NotSupportedException or InvalidOperationException
            or UnauthorizedAccessException;

    private static string Describe(string metric, Exception e) => metric.Length == 0 ? e.Message : $"{metric}: {e.Message}";

    private delegate void AddValue(string metric, double? value, double weight = 1);
}
