// How does one align a model with preferences?
// In each round songs are sampled from the current weights, a scorer judges them, the best and the worst song of each
// lyrics become a pair, and DPO trains the model to prefer the better one. The result is a model folder for Compose:
// dotnet run -c Release --project samples/LeVo.Samples.Align -- --lyrics lyrics.txt --output aligned
using System.Globalization;
using LeVo.Alignment.Blending;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Training;
using LeVo.Samples.Align;
using LeVo.Samples.Shared;
using Microsoft.Extensions.DependencyInjection;

const string Usage = """
    Aligns a model with DPO and writes a new model folder. The same command continues a stopped run.

      --lyrics FILE       lyrics to sample songs for, one song a line
      --output DIR        the new model folder; must not exist or be empty
      --description TEXT  the style of all songs (default: female, pop)
      --model DIR         the model to start from (default: models/levo-demo)
      --work DIR          receives pairs, checkpoints and weights (default: align)
      --rounds N          rounds of sampling and training (default: 2)
      --samples N         songs of each lyrics in a round, at least 2 (default: 4)
      --steps N           updates of a round (default: 20)
      --length-ratio X    the longer song of a pair is at most so many times as long as the other (default: 1.5)
      --help              this text
    """;
var line = new ProgramArguments(args,
    ["--lyrics", "--output", "--description", "--model", "--work", "--rounds", "--samples", "--steps",
        "--length-ratio"]);
int rounds = line.Count("--rounds", 2), samples = line.Count("--samples", 4, least: 2), steps = line.Count("--steps", 20);
double lengthRatio = line.Positive("--length-ratio") ?? 1.5;
line.Require("--lyrics", "--output");
if (line.Answer(Usage) is { } exitCode)
    return exitCode;
string output = line.Text("--output")!, work = line.Text("--work") ?? "align";

using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
};

// TopP lets the tracks vary between samples: samples that are equal make no pairs.
var services = new ServiceCollection();
services.AddSingleton<IPreferenceScorer, VocalLevelScorer>();
services.AddLeVo(options => options.ModelPath = line.Text("--model") ?? "models/levo-demo").AddMusicCodec()
    .AddAlignment(options =>
    {
        options.Sampling = new GenerationOptions { TopP = 0.98 };
        options.Dpo = new DpoOptions { Beta = 0.1 };
    });
await using ServiceProvider provider = services.BuildServiceProvider();
try
{
    var model = provider.GetRequiredService<TrainableModel>();
    var codec = provider.GetRequiredService<IMusicCodec>();
    IPreferenceScorer scorer = provider.GetRequiredService<PreferenceScorers>().Get(VocalLevelScorer.StrategyName);
    var dpo = new SemiOnlineDpo(provider.GetRequiredService<ISongSampler>(), scorer,
        provider.GetRequiredService<IPreferenceTrainer>());
    SongCondition[] conditions =
    [
        .. File.ReadLines(line.Text("--lyrics")!).Where(text => !string.IsNullOrWhiteSpace(text))
            .Select(text => model.CreateCondition(text, line.Text("--description") ?? "female, pop")),
    ];
    string weights = Path.Combine(work, "aligned.safetensors"), blend = Path.Combine(work, "blend.safetensors");
    await dpo.RunAsync(model.WeightsPath, weights, conditions, new SemiOnlineOptions
    {
        Rounds = rounds,
        SamplesPerCondition = samples,
        // Without a bound on their lengths, pairs teach the length of a song before anything else.
        Selection = new PairSelection { MaximumPerCondition = 2, MaximumLengthRatio = lengthRatio },
        Training = new TrainingOptions
        {
            Folder = Path.Combine(work, "rounds"), // its store of pairs and its checkpoints
            Steps = steps,
            LearningRate = 5e-6,
            WarmupSteps = Math.Min(5, steps / 4),
            ReportEvery = 5,
        },
    }, (sample, token) => sample.DecodeAsync(codec, scorer.Parts, token), new RoundProgress(), new StepProgress(),
        interruption.Token);

    // A blend with the weights of before keeps what the pairs say nothing about.
    CheckpointBlend.Write([(weights, 0.7), (model.WeightsPath, 0.3)], blend, null, interruption.Token);
    model.WriteFolder(output, blend);
    Console.WriteLine($"{output} is ready: samples/LeVo.Samples.Compose takes it as --model.");
    return 0;
}
catch (OperationCanceledException) when (interruption.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. The same command continues the run.");
    return 130;
}
catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException
    or LyricsFormatException or LeVo.Core.Model.ModelLoadException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

/// <summary>Prints the result of a round's sampling.</summary>
internal sealed class RoundProgress : IProgress<RoundReport>
{
    public void Report(RoundReport value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"round {value.Round}: {value.Samples} songs, mean score {value.MeanScore:0.0}, {value.Pairs} pairs"));
}

/// <summary>Prints the reports of the training, in their order (<see cref="Progress{T}"/> may swap them).</summary>
internal sealed class StepProgress : IProgress<TrainingReport>
{
    public void Report(TrainingReport value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"step {value.Step} of {value.Steps}, {value.Remaining:hh\\:mm\\:ss} left: loss {value.Metrics["loss"]:0.000}, "
        + $"accuracy {value.Metrics["rewards/accuracies"]:0.00}"));
}
