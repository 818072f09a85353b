using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Training;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Alignment.Tests.DependencyInjection;

public sealed class FineTuningDocumentTests
{
    [Fact]
    public void TheHostInTheDocumentIsTheOneThatCompilesHere()
    {
        string source = Read("tests/LeVo.Alignment.Tests/DependencyInjection/FineTuningDocumentTests.cs");
        string body = source.Split("    internal static async Task Host()\n    {\n")[1].Split("\n    }\n")[0];
        string host = string.Join('\n', body.Split('\n').Select(line => line.Length > 8 ? line[8..] : line.Trim()));
        Assert.Contains("```csharp\n" + host + "\n```\n", Read("docs/fine-tuning.md"));
    }

    internal static async Task Host()
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
            provider.GetRequiredService<TrainableModel>().Config.TextRules);
        using var shards = new TokenShards("shards");
        var options = new TrainingOptions { Folder = "run", Steps = 500, LearningRate = 1e-4, Accumulation = 8 };
        await provider.GetRequiredService<IFineTuner>().TrainAsync(shards, "models/mine", options);
    }

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");
}
