using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Training;
using LeVo.Core.Generation;
using LeVo.Core.IO;
using LeVo.Core.Model;
using LeVo.Core.Training;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TokenWorld;

/// <summary>
/// The folder of a seed and what every part of the experiment does with it: trains, samples, measures. A result that is in
/// the folder is not computed again.
/// </summary>
internal sealed class SeedFolder(string folder, World world, int seed, Budget budget, Action<string> log)
{
    private const int HeldOutSeeds = 50_000_000, ValidationSeeds = 80_000_000;
    private static readonly JsonSerializerOptions Json =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, WriteIndented = true };

    public World World => world;

    public int Seed => seed;

    public Budget Budget => budget;

    public string Tokenizer => At("tokenizer");

    public string At(string name) => Path.Combine(folder, name);

    public void Log(string line) => log($"{world.Name}, seed {seed}: {line}");

    /// <summary>Writes the text tokenizer and creates the training songs.</summary>
    public TrainingSong[] Begin()
    {
        MiniTokenizerFiles.Write(Tokenizer);
        return [.. Enumerable.Range(0, budget.Songs).Select(i => WorldSong.Create(world.Codes, seed * 1_000_000 + i))];
    }

    /// <summary>Trains a stage; returns the weights' path.</summary>
    public string Train(string name, LeLmConfig config, LeLmStage stage, string? start, int steps, TrainingSong[] songs,
        CancellationToken cancellation)
    {
        string output = At($"{name}.safetensors");
        if (File.Exists(output))
            return output;
        Log($"training {name}");
        new LeLmTrainer(config, Tokenizer, Options(name, steps, 3e-3)) { BatchSize = 32, GuideWeight = 1 }
            .Train(stage, start, output, songs, [], Lines(name), cancellation);
        return output;
    }

    /// <summary>Measures a system on the held-out lyrics.</summary>
    public Task<Measured> MeasureAsync(string name, LeLmConfig config, string weights, CancellationToken cancellation,
        bool mixedAlone = false, double temperature = 0.9, double guidance = 1) => KeptAsync($"measured-{name}", async () =>
        {
            Measured measured = Measured.Of(world.Codes, await Sampler(config, temperature, guidance).SampleAsync(weights,
                Conditions(HeldOutSeeds, budget.HeldOut), 2, (ulong)seed, null, cancellation), mixedAlone);
            Log($"{name}: {measured}");
            return measured;
        }, cancellation);

    /// <summary>Measures a system on the lyrics that settings are chosen with.</summary>
    public Task<Measured> ValidateAsync(string name, string weights, CancellationToken cancellation) =>
        KeptAsync($"validated-{name}", async () => Measured.Of(world.Codes, await Sampler().SampleAsync(weights,
            Conditions(ValidationSeeds, budget.Validation), 2, (ulong)seed + 100, null, cancellation)), cancellation);

    /// <summary>Samples songs to make pairs of.</summary>
    public Task<IReadOnlyList<SongSample>> SampleAsync(
        string weights, int firstSeed, int lyrics, CancellationToken cancellation) =>
        Sampler().SampleAsync(weights, Conditions(firstSeed, lyrics), budget.Samples, (ulong)seed, null, cancellation);

    /// <summary>
    /// The sampler. The paper's temperature, and no guidance, which the paper does not name; the paper's top-k of 50 is drawn in the mixed stream alone, and with the tracks
    /// at their best classes most samples of a lyric are the same song. A repetition penalty would prevent sounds of several
    /// frames.
    /// </summary>
    public BatchedSongSampler Sampler(LeLmConfig? config = null, double temperature = 0.9, double guidance = 1) =>
        new(config ?? world.Model, Tokenizer)
        {
            Options = new() { Temperature = temperature, TopP = 0.98, Guidance = guidance, PenalizeRepetition = false },
            BatchSize = 128,
        };

    public TrainingOptions Options(string name, int steps, double rate) => new()
    {
        Folder = At(Path.Combine("runs", name)),
        Steps = steps,
        LearningRate = rate,
        WarmupSteps = Math.Min(50, steps / 4),
        ReportEvery = 100,
        CheckpointInterval = TimeSpan.FromMinutes(1),
        Seed = seed,
    };

    public IProgress<TrainingReport> Lines(string name) => new Reports(name, log);

    /// <summary>A result that is read where it exists, else computed and written.</summary>
    public async Task<T> KeptAsync<T>(string name, Func<Task<T>> compute, CancellationToken cancellation)
    {
        string path = At($"{name}.json");
        if (File.Exists(path))
            return JsonSerializer.Deserialize<T>(await File.ReadAllTextAsync(path, cancellation), Json)!;
        T value = await compute();
        await AtomicFile.WriteAsync(path, (file, token) => JsonSerializer.SerializeAsync(file, value, Json, token), cancellation);
        return value;
    }

    private static Core.Conditioning.SongCondition[] Conditions(int first, int count) =>
        [.. Enumerable.Range(0, count).Select(i => WorldSong.Condition(first + i))];

    private sealed class Reports(string name, Action<string> log) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) =>
            log($"{name} {value.Step}/{value.Steps}, {value.SecondsPerStep:0.000} s a step: "
            + string.Join(", ", value.Metrics.Where(m => !m.Key.Contains("marked", StringComparison.Ordinal))
                .Select(m => $"{m.Key} {m.Value:0.###}")));
    }
}
