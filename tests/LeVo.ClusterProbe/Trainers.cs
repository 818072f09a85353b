using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Rewards;
using LeVo.Alignment.Tests.Policy;
using LeVo.Alignment.Training;
using LeVo.Core.Tokens;
using LeVo.Core.Training;

namespace LeVo.ClusterProbe;

/// <summary>Short runs of the trainers. Each writes a file into the folder.</summary>
internal static class Trainers
{
    private const int Steps = 4;

    public static void Run(IReplicas replicas, string folder, int accumulation)
    {
        using var tiny = new TinyTraining();
        TrainingSong[] songs = [.. Enumerable.Range(0, 6).Select(i => TinyTraining.Song(8 + i))];
        Train("start", new(), null);
        Train("lelm", new(), At("start"));
        Train("lora", new() { Lora = new() { Rank = 2 } }, At("start"));
        new DpoTrainer(TinyTraining.Config, tiny.Tokenizer, new() { Beta = 0.5 }) { BatchSize = 2 }
            .Train(At("start"), At("dpo"), Pairs(), Options("dpo"));
        RewardModelSizes sizes = new() { CodeSize = 24, Width = 8, Layers = 1 };
        new RewardModelTrainer(sizes, Options("reward")) { BatchSize = 2, MinimumAgreement = 0 }
            .Train([Ranking(0), Ranking(3), Ranking(5)], At("reward"));

        void Train(string name, TrainingSetup setup, string? start) =>
            new LeLmTrainer(TinyTraining.Config, tiny.Tokenizer, Options(name)) { BatchSize = 2, Setup = setup, EvaluateEvery = 2 }
                .Train(LeLmStage.Joint, start, At(name), songs, [TinyTraining.Song(9)]);

        TrainingOptions Options(string name) => tiny.Options(name, Steps) with
        {
            Folder = At("run-" + name),
            Accumulation = accumulation,
            Replicas = replicas,
        };

        string At(string name) => Path.Combine(folder, name);
    }

    private static PreferencePair[] Pairs() =>
    [
        .. Enumerable.Range(0, 5).Select(i => new PreferencePair(new("[verse] la", i % 2 == 0 ? "pop" : null), Song(i, 8),
            Song(i + 9, 6), "test", 1, 0, new("model", 1, 2, "test"))),
    ];

    private static RankedSongs Ranking(int seed) => new(new("[verse] la", null), [Song(seed, 8), Song(seed + 4, 9)], [new("rater", [1, 0])]);

    private static SongTokens Song(int seed, int frames)
    {
        int[] Row(int step) => [.. Enumerable.Range(0, frames).Select(t => (t * step + seed) % 24)];
        return SongTokens.FromRows(Row(1), Row(5), Row(7));
    }
}
