using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Evaluation;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Core.Audio;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Alignment.Tests.DependencyInjection;

/// <summary>The program of docs/alignment.md, run with a stand-in for Whisper on a model of random weights, or with
/// LEVO_ALIGN_DEMO=1 on the demo model.</summary>
public sealed class AlignmentDocumentTests : IDisposable
{
    private const string Method =
        "Align(string path, ITranscriber transcriber, string[] lyrics, string[] heldOut, PairSelection selection,\n"
        + "        TrainingOptions training, string output)";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-align-");

    [Fact]
    public void TheProgramInTheDocumentIsTheOneThatRunsHere()
    {
        string source = Read("tests/LeVo.Alignment.Tests/DependencyInjection/AlignmentDocumentTests.cs");
        string body = source.Split($"    private static async Task {Method}\n    {{\n")[1].Split("\n    }\n")[0];
        string host = string.Join('\n', body.Split('\n').Select(line => line.Length > 8 ? line[8..] : line.Trim()));
        Assert.Contains("```csharp\n" + host + "\n```\n", Read("docs/alignment.md"));
        Assert.InRange(host.Split('\n').Length, 20, 40);
    }

    [Fact]
    public async Task SamplesAreTranscribedScoredPairedTrainedOnAndEvaluated()
    {
        using var tiny = new TinyModel();
        bool demo = LongChecks.Count("LEVO_ALIGN_DEMO", 0) == 1;
        await Align(demo ? Path.Combine(Repository.Root, "models", "levo-demo") : tiny.Path, new CountsLoudMoments(),
            ["[verse] la la la la", "[verse] la la"], ["[chorus] la la la"], new PairSelection(),
            new TrainingOptions { Folder = At("run"), Steps = 2, WarmupSteps = 0, LearningRate = 1e-4 }, At("aligned"));
        string report = await File.ReadAllTextAsync(At("aligned/evaluation/report.md"), TestContext.Current.CancellationToken);
        Assert.Contains("| Phoneme error rate | lower |", report);
        Assert.Contains("after minus before", report);
        Assert.DoesNotContain("Not measured", report);
        Assert.True(File.Exists(At("aligned/model.safetensors")));
        Assert.True(File.Exists(At("run/metrics.jsonl")));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static async Task Align(string path, ITranscriber transcriber, string[] lyrics, string[] heldOut, PairSelection selection,
        TrainingOptions training, string output)
    {
        var services = new ServiceCollection();
        services.AddSingleton(transcriber); // new WhisperTranscriber("ggml-large-v3.bin")
        services.AddLeVo(options => options.ModelPath = path).AddMusicCodec()
            .AddAlignment(options => options.Sampling = new GenerationOptions { TopP = 0.98 });
        await using ServiceProvider provider = services.BuildServiceProvider();
        var model = provider.GetRequiredService<TrainableModel>();
        var codec = provider.GetRequiredService<IMusicCodec>();
        var sampler = provider.GetRequiredService<ISongSampler>();

        // Sample songs for each of the lyrics, transcribe their vocals, and score them by phoneme error rate.
        IPreferenceScorer scorer = provider.GetRequiredService<PreferenceScorers>().Get(PreferenceStrategies.LyricAlignment);
        var scored = new List<(SongSample Song, double Score)>();
        foreach (SongSample sample in await sampler.SampleAsync(model.WeightsPath, Conditions(lyrics), samplesPerCondition: 4, seed: 1))
            scored.Add((sample, await scorer.ScoreAsync(await sample.DecodeAsync(codec, scorer.Parts))));

        // Pair the best with the worst of the same lyrics, and train a new model folder on the pairs.
        IReadOnlyList<PreferencePair> pairs = selection.Select(scored, scorer.Strategy, model: "mine", scorer.Name);
        await provider.GetRequiredService<IPreferenceTrainer>().TrainAsync(pairs, output, training);

        // Evaluate both models on lyrics that were not trained on.
        SongSetEvaluation before = await MeasureAsync("before", model.WeightsPath);
        SongSetEvaluation after = await MeasureAsync("after", TrainableModel.Open(output).WeightsPath);
        await new EvaluationReport(after, before).WriteAsync(Path.Combine(output, "evaluation"));

        SongCondition[] Conditions(string[] texts) => [.. texts.Select(text => model.CreateCondition(text, "female, pop"))];

        async Task<SongSetEvaluation> MeasureAsync(string name, string weights)
        {
            var songs = new List<EvaluationSong>();
            foreach (SongSample sample in await sampler.SampleAsync(weights, Conditions(heldOut), samplesPerCondition: 2, seed: 2))
                songs.Add(new($"song {songs.Count}", await sample.DecodeAsync(codec, [SongPart.Mixed, SongPart.Vocal])));
            return await provider.GetRequiredService<SongEvaluator>().EvaluateAsync(name, songs);
        }
    }

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");

    private string At(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Hears one to five times "la", by the sound's level.</summary>
    private sealed class CountsLoudMoments : ITranscriber
    {
        public Task<Transcription> TranscribeAsync(
            Waveform vocal, TranscriptionOptions options, CancellationToken cancellationToken)
        {
            double level = vocal.Length == 0 ? 0 : vocal.Channels[0].Average(Math.Abs);
            TranscribedWord word = new("la", TimeSpan.Zero, vocal.Duration);
            return Task.FromResult(new Transcription([.. Enumerable.Repeat(word, 1 + (int)(level * 1e5) % 5)]));
        }
    }
}
