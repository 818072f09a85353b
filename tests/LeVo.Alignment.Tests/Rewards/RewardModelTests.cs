using LeVo.Alignment.Rewards;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Rewards;

public sealed class RewardModelTests : IDisposable
{
    private static readonly RewardModelSizes Sizes = new() { CodeSize = 8, Width = 12, Layers = 1, Kernel = 3 };
    private readonly string folder = Directory.CreateTempSubdirectory("levo-reward-").FullName;

    public RewardModelTests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(nameof(RankingObjective.PlackettLuce))]
    [InlineData(nameof(RankingObjective.BradleyTerry))]
    public void WhatRatersLikeIsLearntAndHoldsForOtherSongs(string objective)
    {
        var trainer = new RewardModelTrainer(Sizes, Options) { Objective = Enum.Parse<RankingObjective>(objective) };
        int used = trainer.Train([.. Enumerable.Range(0, 300).Select(Ranking)], At("reward"),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(used, 150, 300);
        using RewardModel model = RewardModel.Load(At("reward"));
        CalibrationReport report = CalibrationReport.Create(model, Enumerable.Range(1000, 40).Select(Ranking));
        Assert.True(report.Accuracy > 0.8, $"{report.Accuracy}");
        Assert.NotNull(report.Threshold);
        // Padding beside longer songs changes nothing.
        SongTokens one = Song(new Random(5), 6), longer = Song(new Random(6), 14);
        Assert.Equal(model.Score(new("", null), one), model.Score([one, longer])[0], 4);
    }

    [Fact]
    public void RankingsThatCannotTrainAreAnError()
    {
        var trainer = new RewardModelTrainer(Sizes, Options);
        RankedSongs quarrel = Ranking(1) with { Raters = [new("a", [0, 1, 2, 3]), new("b", [3, 2, 1, 0])] };
        Assert.Throws<ArgumentException>(() => trainer.Train([quarrel], At("reward"),
            cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void AFileThatIsNoRewardModelIsAnError()
    {
        using var scope = NewDisposeScope();
        TensorWriter.Save(At("other"), [("w", ones(3))]);
        Assert.Contains("code_size", Assert.Throws<InvalidDataException>(() => RewardModel.Load(At("other"))).Message);
        TensorWriter.Save(At("empty"), [], RewardModel.Metadata(Sizes));
        Assert.Throws<ModelLoadException>(() => RewardModel.Load(At("empty")));
        TensorWriter.Save(At("even"), [], RewardModel.Metadata(Sizes with { Kernel = 4 }));
        Assert.Throws<InvalidDataException>(() => RewardModel.Load(At("even")));
    }

    [Fact]
    public void CodesBeyondTheModelAreAnError()
    {
        new RewardModelTrainer(Sizes, Options with { Steps = 1 }).Train([Ranking(1)], At("reward"),
            cancellationToken: TestContext.Current.CancellationToken);
        using RewardModel model = RewardModel.Load(At("reward"));
        Assert.Throws<ArgumentException>(() => model.Score(new("", null), SongTokens.FromRows([8], [0], [0])));
        Assert.Equal(0, model.Score(new("", null), SongTokens.FromRows([], [], [])));
    }

    private TrainingOptions Options =>
        new() { Folder = At("run"), Steps = 150, LearningRate = 2e-2, WarmupSteps = 5, ReportEvery = 50 };

    /// <summary>Raters like vocal codes that rise by one, and disagree a little.</summary>
    private static RankedSongs Ranking(int seed)
    {
        var random = new Random(seed);
        SongTokens[] songs = [.. Enumerable.Range(0, 4).Select(_ => Song(random, 6 + random.Next(6)))];
        return new(new("la", null), songs, [.. Enumerable.Range(0, 3).Select(rater => new RaterRanking($"rater {rater}",
            [.. Enumerable.Range(0, 4).OrderByDescending(i => Taste(songs[i]) + 0.1 * random.NextDouble())]))]);
    }

    private static double Taste(SongTokens song)
    {
        int[] vocal = song.Row(SongPart.Vocal).ToArray();
        return vocal.Skip(1).Zip(vocal, (next, code) => next == (code + 1) % 8 ? 1.0 : 0).Average();
    }

    private static SongTokens Song(Random random, int frames)
    {
        double rising = random.NextDouble();
        int[] vocal = new int[frames];
        for (int t = 1; t < frames; t++)
            vocal[t] = random.NextDouble() < rising ? (vocal[t - 1] + 1) % 8 : random.Next(8);
        int[] Row() => [.. Enumerable.Range(0, frames).Select(_ => random.Next(8))];
        return SongTokens.FromRows(Row(), vocal, Row());
    }

    private string At(string name) => Path.Combine(folder, name);
}
