using LeVo.Benchmarks.Race;
using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Separation;
using LeVo.Codec.Vae;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Listings;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Codec;

/// <summary>
/// The codec at its released sizes with random weights, held against the multiply-adds that the machine can do at that
/// moment: one Euler step of the flow (both guidance rows, as by default), the autoencoder's decoder over one chunk, in
/// tiles and with whole signals, MusicFM over one segment, and the stem separator over one of its segments. Plain code for the reasons that <see cref="LelmRace"/>
/// gives.
/// </summary>
internal sealed class CodecRace : IDisposable
{
    /// <summary>Guidance is 1.5 by default: an unconditional and a conditional row.</summary>
    private const int Rows = 2;

    private readonly CodecRaceSettings settings;
    private readonly WorkerPool pool;
    private readonly MachineLimits limits;

    private CodecRace(CodecRaceSettings settings)
    {
        this.settings = settings;
        pool = new(settings.Threads);
        limits = new(pool);
        LeVoRuntime.EnsureTorch();
        set_num_threads(settings.Threads);
    }

    /// <summary>Runs what the arguments ask for; returns the exit code.</summary>
    public static int Run(string[] arguments)
    {
        CodecRaceSettings settings = CodecRaceSettings.Parse(arguments);
        if (settings.Line.Answer(CodecRaceSettings.Usage) is { } exitCode)
            return exitCode;
        Clock.CountsComputing = settings.Computing;
        using var race = new CodecRace(settings);
        Console.WriteLine($"{settings.Threads} threads, {(settings.Computing ? "computing" : "wall")} time, "
            + $"best of {settings.Rounds} rounds");
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        if (settings.Does("flow"))
            race.Flow();
        if (settings.Does("vae"))
            race.Vae();
        if (settings.Does("encoder"))
            race.Encoder();
        if (settings.Does("separator"))
            race.Separator();
        if (settings.Does("shards"))
            ShardCost.Run(settings.Seconds);
        return 0;
    }

    public void Dispose()
    {
        limits.Dispose();
        pool.Dispose();
    }

    private void Flow()
    {
        EstimatorConfig config = CodecSizes.DualTrack.Estimator;
        (FlowEstimator exact, ParameterSet parameters) = Create(null);
        (FlowEstimator lower, ParameterSet lowerParameters) = Create(bfloat16);
        using ParameterSet first = parameters, second = lowerParameters;
        Tensor input = randn(Rows, settings.Frames, config.Width);
        WindowTables tables = WindowTables.Create(config, ones([Rows, settings.Frames], @bool));
        Report($"flow, one Euler step, {Rows} rows of {settings.Frames} frames",
            CodecWork.Estimator(config, Rows, settings.Frames), ("", () => Step(exact)),
            (", products in bfloat16", () => Step(lower)));
        if (settings.Does("parts"))
            FlowParts.Measure(config, Rows, settings.Frames, settings.Rounds);

        void Step(FlowEstimator estimator)
        {
            using var step = NewDisposeScope();
            estimator.Velocity(input, estimator.Time(tensor([0.5f])), tables);
        }

        (FlowEstimator Estimator, ParameterSet Parameters) Create(ScalarType? products)
        {
            var builder = new ParameterBuilder(new RandomTensorSource(1)) { ProductType = products };
            var estimator = new FlowEstimator(builder, new(new TensorListing().Root, config), config);
            return (estimator, builder.Build("the benchmark's flow decoder"));
        }
    }

    private void Vae()
    {
        var builder = new ParameterBuilder(new RandomTensorSource(1));
        var config = new VaeConfig();
        var vae = new OobleckVae(builder, new VaeTensors(config), config, withEncoder: false);
        using ParameterSet parameters = builder.Build("the benchmark's autoencoder");
        Tensor latents = randn(1, config.LatentWidth, settings.Latents);
        void Decode()
        {
            using var step = NewDisposeScope();
            vae.Decode(latents);
        }

        void DecodeWhole()
        {
            // Where gradients may be wanted nothing is cut; the rest is the same.
            using var gradients = enable_grad();
            Decode();
        }

        Report($"autoencoder, {settings.Latents} latents to sound", CodecWork.VaeDecoder(config, settings.Latents),
            (", in tiles", Decode), (", whole signals", DecodeWhole));
        if (settings.Does("parts"))
            VaeParts.Measure(config, settings.Latents, TimeTiles.TileElements, settings.Rounds);
        if (settings.Does("wholeparts"))
            VaeParts.Measure(config, settings.Latents, long.MaxValue, settings.Rounds);
    }

    private void Encoder()
    {
        var builder = new ParameterBuilder(new RandomTensorSource(1));
        CodecSizes sizes = CodecSizes.DualTrack;
        var musicFm = new MusicFmEncoder(builder, new CodecTensors(sizes).MusicFm!, sizes.MusicFm);
        using ParameterSet parameters = builder.Build("the benchmark's MusicFM");
        Tensor mono = rand(1, settings.Seconds * MusicFmConfig.SampleRate);
        Report($"MusicFM to tap {sizes.HighestTap}, {settings.Seconds} s",
            CodecWork.MusicFm(sizes.MusicFm, settings.Seconds * MusicFmConfig.FrameRate, sizes.HighestTap), ("", () =>
            {
                using var step = NewDisposeScope();
                musicFm.Forward(mono, sizes.HighestTap);
            }
        ));
    }

    private void Separator()
    {
        var builder = new ParameterBuilder(new RandomTensorSource(1));
        var config = new DemucsConfig();
        var network = new HtDemucs(builder, new DemucsTensors(config), config);
        using ParameterSet parameters = builder.Build("the benchmark's stem separator");
        Tensor sound = rand(DemucsConfig.AudioChannels, config.SegmentSamples);
        Tensor square = rand(2048, 2048);
        Report($"stem separator, a segment of {(double)config.SegmentSamples / config.SampleRate:F1} s",
            CodecWork.Separator(config), ("", () =>
            {
                using var step = NewDisposeScope();
                network.Forward(sound);
            }
        ));
        Report("a plain matrix product of 2048", 2.0 * 2048 * 2048 * 2048, ("", () =>
        {
            using var step = NewDisposeScope();
            square.mm(square);
        }
        ));
    }

    /// <summary>One measurement takes milliseconds, and libtorch's threads still spin when it begins: the best of
    /// many.</summary>
    private double Peak() => 2 * Enumerable.Range(0, 50).Max(_ => limits.FloatPeak());

    private void Report(string name, double work, params (string Way, Action Run)[] ways)
    {
        double peak = 0;
        double[] best = Clock.Best(settings.Rounds,
            [.. ways.Select(way => way.Run), () => peak = Math.Max(peak, Peak())]);
        foreach (((string way, _), double seconds) in ways.Zip(best))
        {
            Console.WriteLine($"{name}{way}: {seconds:F2} s; {work / 1e9:F0} GFLOP, {work / seconds / 1e9:F0} GFLOP/s, "
                + $"{work / seconds / peak:P0} of the float32 peak {peak / 1e9:F0} GFLOP/s");
        }
    }
}
