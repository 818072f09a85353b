using LeVo.Codec.Training;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Training;

namespace LeVo.Codec.Tests.Training;

public sealed class CodecTrainerTests : IDisposable
{
    private static readonly EncoderSizes Sizes = new(
        Width: 16, FrontChannels: 4, Layers: 2, Heads: 2, FeedForwardWidth: 16, CodebookSize: 12, CodeWidth: 4);

    private readonly string folder = Directory.CreateTempSubdirectory("levo-codec-").FullName;

    public CodecTrainerTests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TheEncoderLearnsItsLabelsAndTellsThemInCodes()
    {
        (SongTokens low, SongTokens high, Dictionary<string, double> last) = TrainEncoder();
        Assert.True(last["Vocal.codes.pitch"] > 0.9, $"only {last["Vocal.codes.pitch"]:P0} of the frames");
        Assert.Equal(10, low.Frames);
        Assert.Empty(low.Row(SongPart.Vocal).ToArray().Intersect(high.Row(SongPart.Vocal).ToArray()));
    }

    [Fact]
    public void TheAutoencoderApproachesItsInput()
    {
        string config = At("vae.json");
        File.WriteAllText(config, """
            {"sample_rate": 48000, "audio_channels": 2, "model": {
              "encoder": {"type": "oobleck", "config": {"in_channels": 2, "channels": 2, "c_mults": [2, 4], "strides": [48, 40], "latent_dim": 16, "use_snake": true}},
              "decoder": {"type": "oobleck", "config": {"out_channels": 2, "channels": 2, "c_mults": [2, 4], "strides": [48, 40], "latent_dim": 8, "use_snake": true, "final_tanh": false}},
              "bottleneck": {"type": "vae"}, "latent_dim": 8, "downsampling_ratio": 1920, "io_channels": 2}}
            """);
        var reports = new List<TrainingReport>();
        new VaeTrainer(config, Options("vae", 30)).Train(At("vae.safetensors"), _ => [Tone(4, 200), Tone(4, 400)], new Recorder(reports), TestContext.Current.CancellationToken);
        Assert.True(reports[^1].Metrics["spectral"] < reports[0].Metrics["spectral"] * 0.8);
        using var encoder = new LatentEncoder(config, At("vae.safetensors"));
        Assert.Equal(8 * 4, encoder.Encode(Tone(4, 200)).Length);
    }

    [Fact]
    public void TheFlowDecoderLearnsWhatACodeSoundsLike()
    {
        TrainEncoder();
        var reports = new List<TrainingReport>();
        var sizes = new FlowSizes(Blocks: 1, Heads: 2, InnerWidth: 32, MaskWidth: 4, LatentWidth: 8, WindowFrames: 16);
        new FlowTrainer(sizes, Options("flow", 60)).Train(At("dual"), At("codec"), new float[8], [.. Enumerable.Repeat(1f, 8)],
            step => [.. Enumerable.Range(0, 4).Select(i => FlowExample(step + i))], new Recorder(reports), TestContext.Current.CancellationToken);
        Assert.True(reports[^1].Metrics["loss"] < reports[0].Metrics["loss"] * 0.8);
        using Checkpoint codec = Checkpoint.Open(At("codec"));
        Assert.Contains("cfm_wrapper.estimator.wpe.weight", codec.Tensors.Keys);
        Assert.Contains("rvq_bestrq_bgm_emb.quantizers.0.codebook.weight", codec.Tensors.Keys);
        Assert.Equal(ElementType.Float32, codec.Tensors["normfeat.sum_x"].Type);
    }

    private (SongTokens Low, SongTokens High, Dictionary<string, double> Last) TrainEncoder()
    {
        FrameLabel[] labels = [new("pitch", 2)];
        StreamTask[] tasks =
        [
            new(SongPart.Mixed, 1, labels), new(SongPart.Vocal, 2, labels), new(SongPart.Accompaniment, 1, labels),
        ];
        var reports = new List<TrainingReport>();
        new EncoderTrainer(Sizes, tasks, Options("encoder", 80)).Train(At("mixed"), At("dual"),
            (_, _) => [Example(200, 0), Example(2000, 1)], new Recorder(reports), TestContext.Current.CancellationToken);
        using var encoder = new SongEncoder(At("mixed"), At("dual"), Sizes, (1, 2, 1));
        return (encoder.Encode(Tone(10, 200), Tone(10, 200)), encoder.Encode(Tone(10, 2000), Tone(10, 2000)),
            new(reports[^1].Metrics));
    }

    private static EncoderExample Example(double hz, int label) =>
        new(SongEncoder.ToMono24kHz(Tone(10, hz)), [[.. Enumerable.Repeat(label, 10)]]);

    private static FlowExample FlowExample(int i)
    {
        int code = i % 2;
        float[] latents = [.. Enumerable.Repeat(code == 0 ? -1f : 1f, 8 * 16)];
        int[] codes = [.. Enumerable.Repeat(code * 7, 16)];
        return new(latents, codes, codes);
    }

    private static float[][] Tone(int frames, double hz)
    {
        float[] tone = [.. Enumerable.Range(0, frames * 1920).Select(i => (float)(0.3 * Math.Sin(2 * Math.PI * hz * i / 48_000)))];
        return [tone, tone];
    }

    private TrainingOptions Options(string name, int steps) => new()
    {
        Folder = At(name + "-run"),
        Steps = steps,
        LearningRate = 5e-3,
        WarmupSteps = 5,
        ReportEvery = 10,
    };

    private string At(string name) => Path.Combine(folder, name);

    private sealed class Recorder(List<TrainingReport> reports) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) => reports.Add(value);
    }
}
