using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Tests.Policy;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Training;

public sealed class LeLmTrainerTests : IDisposable
{
    private readonly TinyTraining tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void EachStageTrainsItsOwnPartAndLeavesTheOtherUntouched()
    {
        var first = Train(LeLmStage.Mixed, null, "start", 1);
        var mixed = Train(LeLmStage.Mixed, "start", "mixed", 3);
        var tracks = Train(LeLmStage.Tracks, "mixed", "tracks", 3);
        Assert.Equal(first.Keys.Order(), tracks.Keys.Order());
        foreach (string name in first.Keys)
        {
            bool isTrack = TinyTraining.Tensors.IsOfTracks(name["audiolm.".Length..]);
            if (isTrack)
                Assert.Equal(first[name], mixed[name]);
            else
                Assert.Equal(mixed[name], tracks[name]);
        }
        Assert.NotEqual(first["audiolm.emb.0.weight"], mixed["audiolm.emb.0.weight"]);
        Assert.NotEqual(mixed["audiolm.linears.0.weight"], tracks["audiolm.linears.0.weight"]);
    }

    [Fact]
    public void JointTrainingTrainsAllOfIt()
    {
        var recorder = new Recorder<TrainingReport>();
        var first = Train(LeLmStage.Joint, null, "start", 1);
        var joint = Train(LeLmStage.Joint, "start", "joint", 60, recorder);
        Assert.NotEqual(first["audiolm.emb.0.weight"], joint["audiolm.emb.0.weight"]);
        Assert.NotEqual(first["audiolm.linears.0.weight"], joint["audiolm.linears.0.weight"]);
        foreach (string stream in (string[])["mixed", "vocal", "accompaniment"])
            Assert.True(recorder.Heard[^1].Metrics[stream] < recorder.Heard[0].Metrics[stream] / 2, stream);
    }

    [Fact]
    public void ASongIsLearnt()
    {
        var recorder = new Recorder<TrainingReport>();
        Train(LeLmStage.Mixed, null, "mixed", 60, recorder);
        Assert.True(recorder.Heard[^1].Metrics["mixed"] < recorder.Heard[0].Metrics["mixed"] / 2);
    }

    [Theory]
    [InlineData(LeLmStage.Mixed)]
    [InlineData(LeLmStage.Joint)]
    public void TheGuidedHeadLearnsWhichTokenSounds(LeLmStage stage)
    {
        var recorder = new Recorder<TrainingReport>();
        Train(stage, null, "guided", 60, recorder, new() { GuideWeight = 1 });
        Assert.True(recorder.Heard[^1].Metrics["guide"] < recorder.Heard[0].Metrics["guide"] / 2);
        Assert.True(recorder.Heard[^1].Metrics["mixed"] < recorder.Heard[0].Metrics["mixed"] / 2);
    }

    [Fact]
    public void TheGuidedTrackHeadLearnsWhereTheFramesMixedCodeStands()
    {
        var recorder = new Recorder<TrainingReport>();
        Train(LeLmStage.Mixed, null, "start", 1);
        Train(LeLmStage.Tracks, "start", "tracks", 60, recorder, new() { GuideWeight = 1 });
        Assert.True(recorder.Heard[^1].Metrics["guide"] < recorder.Heard[0].Metrics["guide"] / 2);
        Assert.True(recorder.Heard[^1].Metrics["vocal"] < recorder.Heard[0].Metrics["vocal"] / 2);
    }

    [Theory]
    [InlineData(ModelPrecision.Float32, false)]
    [InlineData(ModelPrecision.BFloat16, false)]
    [InlineData(ModelPrecision.Float32, true)]
    public void StoppedAndContinuedEqualsUninterrupted(ModelPrecision precision, bool lora)
    {
        Train(LeLmStage.Joint, null, "start", 1);
        var options = new Extras
        {
            Setup = new() { Precision = precision, Lora = lora ? new() { Rank = 2 } : null },
            DrawsPrompts = true,
        };
        var whole = Train(LeLmStage.Joint, "start", "whole", 6, null, options);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Train(LeLmStage.Joint, "start", "parts", 6, new StopAt(stop, 2), options, stop, reportEvery: 1));
        Assert.False(File.Exists(tiny.At("parts")));
        var parts = Train(LeLmStage.Joint, "start", "parts", 6, null, options);
        Assert.All(whole, one => Assert.Equal(one.Value, parts[one.Key]));
    }

    [Fact]
    public void PromptsAreDrawnFromTheSongsOfTheSource()
    {
        int asked = 0;
        TrainingSong constant = TinyTraining.Song(9) with { Tokens = SongTokens.FromRows([7, 7], [8, 8], [9, 9]) };
        var first = Train(LeLmStage.Joint, null, "start", 1);
        var trained = Train(LeLmStage.Joint, "start", "source", 3, null, new()
        {
            Config = TinyTraining.Config with { ConditionDropout = 0, AttributeDropouts = [] },
            DrawsPrompts = true,
            PromptSource = (_, _) =>
            {
                asked++;
                return constant;
            },
        });
        Assert.Equal(3 * 2, asked);
        // Of the rows of codes, only those in the prompts have changed in direction: weight decay scales all.
        foreach ((int codebook, int code) in ((int, int)[])[(0, 7), (1, 8), (2, 9)])
        {
            string table = $"audiolm.condition_provider.conditioners.prompt_audio.emb.{codebook}.weight";
            Assert.Equal([code], Enumerable.Range(0, 24).Where(row => Turned(first[table], trained[table], row)));
        }

        static bool Turned(float[] before, float[] after, int row)
        {
            (float[] a, float[] b) = (before[(row * 16)..(row * 16 + 16)], after[(row * 16)..(row * 16 + 16)]);
            double Dot(float[] x, float[] y) => x.Zip(y, (p, q) => (double)p * q).Sum();
            return Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b)) < 1 - 1e-6;
        }
    }

    [Fact]
    public void MarkedFramesWeighMore()
    {
        using var lelm = tiny.Open(LeLmStage.Joint);
        TrainingSong song = TinyTraining.Song(9) with { MarkedFrames = [0, 4] };
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        StepResult plain = Compute(0), weighted = Compute(5);
        // 9 frames and the end token; two frames weigh 6 instead of 1.
        Assert.Equal((10 * Mean(plain, "") + 5 * 2 * Mean(plain, ".marked")) / 20, weighted.Loss.item<float>(), 1e-4);
        Assert.Equal(Mean(plain, ""), plain.Loss.item<float>(), 1e-4);
        Assert.Equal(Mean(plain, ".marked"), Mean(weighted, ".marked"), 1e-6);

        StepResult Compute(double weight) =>
            LeLmLoss.Compute(LeLmStage.Joint, lelm.Model, lelm.Batch([song]), markedWeight: weight);
        static double Mean(StepResult result, string kind) => ((string[])["mixed", "vocal", "accompaniment"])
            .Average(stream => result.Metrics.Single(metric => metric.Name == stream + kind).Value.item<float>());
    }

    [Fact]
    public void AccumulatedGradientsAreThoseOfTheirBatches()
    {
        // Equal songs, and no condition is dropped: two batches of two are one of four.
        var kept = new Extras { Config = TinyTraining.Config with { ConditionDropout = 0 } };
        TrainingSong[] songs = [.. Enumerable.Repeat(TinyTraining.Song(9), 4)];
        var large = Train(LeLmStage.Joint, null, "large", 2, null, kept, songs: songs, batchSize: 4);
        var small = Train(LeLmStage.Joint, null, "small", 2, null, kept, songs: songs, batchSize: 2, accumulation: 2);
        var different = Train(
            LeLmStage.Joint, null, "different", 2, null, kept, songs: [.. songs, TinyTraining.Song(5)], batchSize: 2);
        Assert.True(Distance(large, small) < 1e-3 * Distance(large, different), $"{Distance(large, small)}");
    }

    [Fact]
    public void BFloat16TrainsWithMasterCopiesAndWritesThem()
    {
        var start = Train(LeLmStage.Mixed, null, "start", 1);
        var recorder = new Recorder<TrainingReport>();
        var trained = Train(LeLmStage.Mixed, "start", "bf16", 60, recorder,
            new() { Setup = new() { Precision = ModelPrecision.BFloat16 } });
        Assert.True(recorder.Heard[^1].Metrics["mixed"] < recorder.Heard[0].Metrics["mixed"] / 2);
        // Frozen weights are as they were, not rounded; trained ones are finer than bfloat16.
        Assert.Equal(start["audiolm.linears.0.weight"], trained["audiolm.linears.0.weight"]);
        Assert.Contains(trained["audiolm.emb.0.weight"], value => BitConverter.SingleToInt32Bits(value) << 16 != 0);
    }

    [Fact]
    public void Float16IsRefused() =>
        Assert.Throws<ArgumentException>(() => Train(LeLmStage.Mixed, null, "half", 1, null,
        new() { Setup = new() { Precision = ModelPrecision.Float16 } }));

    [Fact]
    public void AdaptersMergeIntoPlainWeights()
    {
        var start = Train(LeLmStage.Joint, null, "start", 1);
        var recorder = new Recorder<TrainingReport>();
        var lora = new TrainingSetup { Lora = new() { Rank = 4, Alpha = 8 }, CheckpointActivations = true };
        var merged = Train(LeLmStage.Mixed, "start", "lora", 40, recorder, new() { Setup = lora });
        Assert.True(recorder.Heard[^1].Metrics["mixed"] < recorder.Heard[0].Metrics["mixed"]);
        Assert.Equal(start.Keys.Order(), merged.Keys.Order());
        Assert.All(start, one => Assert.Equal(IsAdapted(one.Key), !one.Value.AsSpan().SequenceEqual(merged[one.Key])));

        // The merged model is the adapted one: the loss of a batch is the same with adapters as without.
        using TrainedLeLm adapted = tiny.Open(LeLmStage.Mixed, "start", lora),
            plain = tiny.Open(LeLmStage.Mixed, "lora");
        using (Checkpoint file = Checkpoint.Open(tiny.At("run-lora/adapter/adapter_model.safetensors")))
        {
            using var noGradient = no_grad();
            foreach (var (name, parameter) in adapted.Trained)
            {
                using Tensor value = file.Load("base_model.model." + name);
                parameter.copy_(value);
            }
        }
        Assert.Equal(Loss(plain), Loss(adapted), 5);
        using TrainedLeLm before = tiny.Open(LeLmStage.Mixed, "start");
        Assert.NotEqual(Loss(plain), Loss(before), 3);

        static bool IsAdapted(string name) => name.StartsWith("audiolm.transformer.", StringComparison.Ordinal)
            && name.EndsWith("_proj.weight", StringComparison.Ordinal);
    }

    [Fact]
    public void MergedWeightsKeepTheirType()
    {
        Train(LeLmStage.Joint, null, "start", 1);
        using (NewDisposeScope())
        using (Checkpoint file = Checkpoint.Open(tiny.At("start")))
            TensorWriter.Save(tiny.At("released"), file.Tensors.Keys.Select(name => (name, file.Load(name))), floats: bfloat16);
        var before = tiny.Read("released");
        var merged = Train(LeLmStage.Joint, "released", "merged", 3, null, new() { Setup = new() { Lora = new() { Rank = 4 } } });
        Assert.Contains(before, one => !one.Value.AsSpan().SequenceEqual(merged[one.Key]));
        using Checkpoint written = Checkpoint.Open(tiny.At("merged"));
        Assert.All(written.Tensors.Values, tensor => Assert.Equal(ElementType.BFloat16, tensor.Type));
    }

    [Fact]
    public void ATierOfMusicalityIsAConditionOfModelsThatHaveTiers()
    {
        TrainingSong song = TinyTraining.Song(9) with { Description = "[Musicality-very-high], pop", Musicality = Musicality.Low };
        Assert.Equal("[Musicality-low], pop", song.ToCondition().Description);
        Assert.Equal("[Musicality-very-high], pop", (song with { Musicality = null }).ToCondition().Description);
        using TrainedLeLm lelm = tiny.Open(LeLmStage.Joint); // text rules v1
        Assert.Contains("musicality", Assert.Throws<InvalidDataException>(() => lelm.Batch([song])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AdaptersNeedACheckpoint() => Assert.Throws<ArgumentException>(() =>
        Train(LeLmStage.Mixed, null, "lora", 1, null, new() { Setup = new() { Lora = new() } }));

    [Fact]
    public void TensorsThatTheModelDoesNotUseAreKeptInTheirType()
    {
        Train(LeLmStage.Joint, null, "start", 1);
        using (var scope = NewDisposeScope())
        using (Checkpoint file = Checkpoint.Open(tiny.At("start")))
        {
            TensorWriter.Save(tiny.At("released"), file.Tensors.Keys.Select(name => (name, file.Load(name)))
                .Append(("audiolm.layer2_emb.0.weight", ones(3, 2, dtype: float64))), floats: float16);
        }
        var released = tiny.Read("released");
        var trained = Train(LeLmStage.Tracks, "released", "trained", 2);
        Assert.Equal(released["audiolm.layer2_emb.0.weight"], trained["audiolm.layer2_emb.0.weight"]);
        Assert.Equal(released["audiolm.emb.0.weight"], trained["audiolm.emb.0.weight"]);
        using Checkpoint written = Checkpoint.Open(tiny.At("trained"));
        Assert.Equal(ElementType.Float16, written.Tensors["audiolm.emb.0.weight"].Type);
        Assert.Equal(ElementType.Float32, written.Tensors["audiolm.linears.0.weight"].Type);
    }

    [Fact]
    public void SamplesAreWrittenAtIntervals()
    {
        Train(LeLmStage.Joint, null, "sampled", 5, null, new()
        {
            SampleEvery = 2,
            SampleConditions = [new("[verse] la", null), new("[verse] mo", "pop")],
        });
        string[] files = [.. Directory.GetFiles(tiny.At("run-sampled/samples")).Select(Path.GetFileName).Order()!];
        string[] expected =
            [.. from step in (int[])[0, 2, 4] from i in (int[])[0, 1] select $"{step:000000}-{i:00}.safetensors"];
        Assert.Equal(expected, files);
    }

    [Fact]
    public void TheFolderOfAnotherRunIsRefused()
    {
        Train(LeLmStage.Mixed, null, "start", 1);
        var error = Assert.Throws<InvalidDataException>(() => Train(LeLmStage.Joint, null, "start", 2));
        Assert.Contains("another run", error.Message);
    }

    private static double Distance(Dictionary<string, float[]> a, Dictionary<string, float[]> b) =>
        a.Max(one => one.Value.Zip(b[one.Key], (x, y) => (double)Math.Abs(x - y)).Max());

    private static double Loss(TrainedLeLm lelm)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return LeLmLoss.Compute(LeLmStage.Joint, lelm.Model, lelm.Batch([TinyTraining.Song(9)]))
            .Loss.item<float>();
    }

    private Dictionary<string, float[]> Train(LeLmStage stage, string? start, string output, int steps,
        IProgress<TrainingReport>? progress = null, Extras? extras = null,
        CancellationTokenSource? stop = null, TrainingSong[]? songs = null, int batchSize = 2, int accumulation = 1,
        int reportEvery = 5)
    {
        extras ??= new();
        new LeLmTrainer(extras.Config, tiny.Tokenizer,
            tiny.Options(output, steps) with { Accumulation = accumulation, ReportEvery = reportEvery })
        {
            BatchSize = batchSize,
            GuideWeight = extras.GuideWeight,
            Setup = extras.Setup,
            DrawsPrompts = extras.DrawsPrompts,
            PromptSource = extras.PromptSource,
            SampleEvery = extras.SampleEvery,
            SampleConditions = extras.SampleConditions,
        }.Train(stage, start is null ? null : tiny.At(start), tiny.At(output),
            songs ?? [TinyTraining.Song(9), TinyTraining.Song(12), TinyTraining.Song(12)], [TinyTraining.Song(7)],
                progress,
            stop?.Token ?? TestContext.Current.CancellationToken);
        return tiny.Read(output);
    }

    private sealed record Extras
    {
        public LeLmConfig Config { get; init; } = TinyTraining.Config;

        public double GuideWeight { get; init; }

        public TrainingSetup Setup { get; init; } = new();

        public bool DrawsPrompts { get; init; }

        public Func<TrainingSong, Random, TrainingSong>? PromptSource { get; init; }

        public int SampleEvery { get; init; }

        public IReadOnlyList<SongCondition> SampleConditions { get; init; } = [];
    }

    private sealed class StopAt(CancellationTokenSource source, int step) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value)
        {
            if (value.Step == step)
                source.Cancel();
        }
    }
}
