using LeVo.Alignment.Blending;
using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Audio;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
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
        var codec = provider.GetRequiredService<IMusicCodec>();
        var dpo = new SemiOnlineDpo(provider.GetRequiredService<ISongSampler>(),
            provider.GetRequiredService<PreferenceScorers>().Get(PreferenceStrategies.LyricAlignment),
            provider.GetRequiredService<IPreferenceTrainer>());
        SongCondition[] conditions = [.. lyrics.Select(text => model.CreateCondition(text, "female, pop"))];
        await dpo.RunAsync(model.WeightsPath, "run/lyrics.safetensors", conditions, new SemiOnlineOptions
        {
            Rounds = 3,
            SamplesPerCondition = 8,
            Selection = new PairSelection { MaximumLengthRatio = 1.2 },
            Training = new TrainingOptions { Folder = "run", Steps = 100, LearningRate = 5e-6 },
        }, DecodeVocal);
        CheckpointBlend.Write([("run/lyrics.safetensors", 0.7), (model.WeightsPath, 0.3)], "run/blend.safetensors");
        model.WriteFolder("models/aligned", "run/blend.safetensors");

        async Task<SongSample> DecodeVocal(SongSample sample, CancellationToken token)
        {
            var options = new CodecDecodeOptions { Part = SongPart.Vocal };
            var windows = new List<Waveform>();
            await foreach (Waveform window in codec.DecodeAsync(sample.Tokens, options, null, token))
                windows.Add(window);
            float[] Channel(int index) => [.. windows.SelectMany(window => window.Channels[index])];
            return sample with { Vocal = new Waveform([Channel(0), Channel(1)], codec.SampleRate) };
        }
    }

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");
}
