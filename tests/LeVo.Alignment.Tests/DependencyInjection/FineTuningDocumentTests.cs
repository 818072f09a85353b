using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Training;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Alignment.Tests.DependencyInjection;

public sealed class FineTuningDocumentTests
{
    [Theory]
    [InlineData("FineTune()")]
    [InlineData("Align(ITranscriber transcriber, IPhonemizer phonemizer, string[] lyrics)")]
    public void TheProgramsInTheDocumentAreThoseThatCompileHere(string method)
    {
        string source = Read("tests/LeVo.Alignment.Tests/DependencyInjection/FineTuningDocumentTests.cs");
        string body = source.Split($"    internal static async Task {method}\n    {{\n")[1].Split("\n    }\n")[0];
        string host = string.Join('\n', body.Split('\n').Select(line => line.Length > 8 ? line[8..] : line.Trim()));
        Assert.Contains("```csharp\n" + host + "\n```\n", Read("docs/fine-tuning.md"));
    }

    internal static async Task FineTune()
    {
        var services = new ServiceCollection();
        services.AddLeVo(options => options.ModelPath = "models/songgeneration-v2-medium").AddMusicCodec()
            .AddAlignment(options => options.Setup = new TrainingSetup
            {
                Device = "cuda",
                Precision = ModelPrecision.BFloat16,
                CheckpointActivations = true,
                Lora = new LoraOptions { Rank = 16 },
            });
        await using ServiceProvider provider = services.BuildServiceProvider();
        await SongFolder.EncodeAsync("songs", provider.GetRequiredService<IMusicCodec>(), new TokenShardWriter("shards"),
            provider.GetRequiredService<TrainableModel>().TextRules);
        using var shards = new TokenShards("shards");
        var options = new TrainingOptions { Folder = "run", Steps = 500, LearningRate = 1e-4, Accumulation = 8 };
        await provider.GetRequiredService<IFineTuner>().TrainAsync(shards, "models/mine", options);
    }

    internal static async Task Align(ITranscriber transcriber, IPhonemizer phonemizer, string[] lyrics)
    {
        var services = new ServiceCollection();
        services.AddSingleton(transcriber).AddSingleton(phonemizer);
        services.AddLeVo(options => options.ModelPath = "models/mine").AddMusicCodec()
            .AddAlignment(options => options.Sampling = new GenerationOptions { TopP = 0.98 });
        await using ServiceProvider provider = services.BuildServiceProvider();
        var model = provider.GetRequiredService<TrainableModel>();

        // 1. Sample.
        SongCondition[] conditions = [.. lyrics.Select(text => model.CreateCondition(text, "female, pop"))];
        IReadOnlyList<SongSample> samples = await provider.GetRequiredService<ISongSampler>()
            .SampleAsync(model.WeightsPath, conditions, samplesPerCondition: 8, seed: 1);

        // 2. Score. This scorer reads the sound of the vocal.
        IPreferenceScorer scorer = provider.GetRequiredService<PreferenceScorers>().Get(PreferenceStrategies.LyricAlignment);
        var codec = provider.GetRequiredService<IMusicCodec>();
        var scored = new List<(SongSample Song, double Score)>();
        foreach (SongSample sample in samples.Where(sample => sample.Tokens.Frames > 0))
            scored.Add((sample, await scorer.ScoreAsync(await sample.DecodeAsync(codec, scorer.Parts))));

        // 3. Pair.
        IReadOnlyList<PreferencePair> pairs = new PairSelection { MaximumLengthRatio = 1.2 }
            .Select(scored, scorer.Strategy, model: "mine", scorer.Name);

        // 4. Train. The result is a model folder.
        var options = new TrainingOptions { Folder = "run", Steps = 100, LearningRate = 5e-6 };
        await provider.GetRequiredService<IPreferenceTrainer>().TrainAsync(pairs, "models/aligned", options,
            new Progress<TrainingReport>(report => Console.WriteLine($"step {report.Step}, {report.Remaining} left")));
    }

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");
}
