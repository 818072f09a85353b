using LeVo.Alignment.Training;
using LeVo.Core.Checkpoints;
using LeVo.Core.LanguageModel;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using LeVo.Samples.MiniWorld;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Training;

public sealed class LeLmTrainerTests : IDisposable
{
    private static readonly LeLmConfig Config = new()
    {
        Width = 16,
        FeedForwardWidth = 32,
        Heads = 2,
        Layers = 1,
        SubLayers = 1,
        CodeSize = 24,
        Delays = [0, 3, 3],
        PromptSeconds = 1,
        LyricsLength = 16,
        DescriptionLength = 8,
        PromptLength = 27,
        PromptCodeSize = 24,
        LyricsVocabulary = 272,
        DescriptionVocabulary = 259,
        StructureRows = 16,
        TextRules = TextRules.V1,
        TextPadId = 256,
        StructureBase = 258,
        PromptNullId = 25,
        PromptRealBelow = 24,
    };

    private readonly string folder = Directory.CreateTempSubdirectory("levo-lelm-").FullName;

    public LeLmTrainerTests()
    {
        LeVoRuntime.EnsureTorch();
        MiniTokenizerFiles.Write(At("tokenizer"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void EachStageTrainsItsOwnPartAndLeavesTheOtherUntouched()
    {
        var first = Train(LeLmStage.Mixed, null, "start", 1);
        var mixed = Train(LeLmStage.Mixed, "start", "mixed", 3);
        var tracks = Train(LeLmStage.Tracks, "mixed", "tracks", 3);
        Assert.Equal(first.Keys.Order(), tracks.Keys.Order());
        foreach (string name in first.Keys)
        {
            bool isTrack = StageParameters.IsTrackParameter(name["audiolm.".Length..]);
            if (isTrack)
                Assert.Equal(first[name], mixed[name]);
            else
                Assert.Equal(mixed[name], tracks[name]);
        }
        Assert.NotEqual(first["audiolm.emb.0.weight"], mixed["audiolm.emb.0.weight"]);
        Assert.NotEqual(mixed["audiolm.linears.0.weight"], tracks["audiolm.linears.0.weight"]);
    }

    [Fact]
    public void ASongIsLearnt()
    {
        var reports = new List<TrainingReport>();
        Train(LeLmStage.Mixed, null, "mixed", 60, new Recorder(reports));
        Assert.True(reports[^1].Metrics["mixed"] < reports[0].Metrics["mixed"] / 2);
    }

    [Fact]
    public void TheGuidedHeadLearnsWhichTokenSounds()
    {
        var reports = new List<TrainingReport>();
        Train(LeLmStage.Mixed, null, "guided", 60, new Recorder(reports), guideWeight: 1);
        Assert.True(reports[^1].Metrics["guide"] < reports[0].Metrics["guide"] / 2);
        Assert.True(reports[^1].Metrics["mixed"] < reports[0].Metrics["mixed"] / 2);
    }

    [Fact]
    public void TheGuidedTrackHeadLearnsWhereTheFramesMixedCodeStands()
    {
        var reports = new List<TrainingReport>();
        Train(LeLmStage.Mixed, null, "start", 1);
        Train(LeLmStage.Tracks, "start", "tracks", 60, new Recorder(reports), guideWeight: 1);
        Assert.True(reports[^1].Metrics["guide"] < reports[0].Metrics["guide"] / 2);
        Assert.True(reports[^1].Metrics["vocal"] < reports[0].Metrics["vocal"] / 2);
    }

    [Fact]
    public void ABatchFollowsFromSeedAndStep()
    {
        TrainingSong[] songs = [.. Enumerable.Range(1, 40).Select(Song)];
        var buckets = new LengthBuckets(songs, 4, 1);
        Assert.Equal(buckets.Draw(5), new LengthBuckets(songs, 4, 1).Draw(5));
        Assert.NotEqual(buckets.Draw(5), buckets.Draw(6));
        Assert.Equal(40, Enumerable.Range(0, 400).SelectMany(buckets.Draw).Distinct().Count());
    }

    private Dictionary<string, float[]> Train(
        LeLmStage stage, string? start, string output, int steps, IProgress<TrainingReport>? progress = null,
        double guideWeight = 0)
    {
        var options = new TrainingOptions
        {
            Folder = At($"run-{output}"),
            Steps = steps,
            LearningRate = 1e-2,
            WarmupSteps = 1,
            ReportEvery = 5,
        };
        TrainingSong[] songs = [Song(9), Song(12), Song(12)];
        new LeLmTrainer(Config, At("tokenizer"), options) { BatchSize = 2, GuideWeight = guideWeight }
            .Train(stage, start is null ? null : At(start), At(output), songs, [Song(7)], progress);
        using Checkpoint file = Checkpoint.Open(At(output));
        return file.Tensors.Keys.ToDictionary(name => name, name =>
        {
            using Tensor value = file.Load(name);
            return value.data<float>().ToArray();
        });
    }

    private static TrainingSong Song(int frames)
    {
        int[] Row(int step) => [.. Enumerable.Range(0, frames).Select(t => t * step % 24)];
        return new(new SongTokens(Row(1), Row(5), Row(7)), "[verse] la la", "female, pop")
        {
            MarkedFrames = [1],
            LyricsTokens = [.. Enumerable.Range(0, frames).Select(t => 2 + t / 3)],
        };
    }

    private string At(string name) => Path.Combine(folder, name);

    private sealed class Recorder(List<TrainingReport> reports) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) => reports.Add(value);
    }
}
