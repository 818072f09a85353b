using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Quantization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Numerics;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// Trains the dual-track codec's flow decoder on latents and codes: flow matching with context frames in half of the batches and
/// without conditions in a tenth of the items, as the released codec was trained.
/// </summary>
/// <remarks>Not thread-safe: one run at a time.</remarks>
internal sealed class FlowTrainer
{
    private readonly FlowSizes sizes;
    private readonly FlowAugmentation augmentation;
    private readonly TrainingOptions options;

    /// <param name="sizes">Sizes of the decoder.</param>
    /// <param name="options">The run.</param>
    public FlowTrainer(FlowSizes sizes, TrainingOptions options)
    {
        this.sizes = sizes;
        this.options = options;
        augmentation = new(ShortestContext: sizes.WindowFrames / 8, LongestContext: sizes.WindowFrames * 3 / 8);
    }

    /// <summary>Trains to the last step and writes the whole dual-track codec: encoder, quantizers and flow decoder.</summary>
    /// <param name="encoderPath">The trained encoder (<see cref="EncoderTrainer"/>).</param>
    /// <param name="outputPath">File of the codec (safetensors, 16 bit).</param>
    /// <param name="mean">Mean of the latents by channel.</param>
    /// <param name="variance">Their variance by channel.</param>
    /// <param name="batches">The examples of a step, each a whole window; a function of the step alone.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    public void Train(string encoderPath, string outputPath, ReadOnlySpan<float> mean, ReadOnlySpan<float> variance,
        Func<int, IReadOnlyList<FlowExample>> batches, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        LeVoRuntime.EnsureTorch();
        using Checkpoint encoder = Checkpoint.Open(encoderPath);
        // The taps don't matter here: MusicFM is not built.
        CodecSizes codec = new CodecSizesReader(encoder, CodecLayout.DualTrack(0, 0)).Read(sizes.Heads);
        codec = codec with { HasDecoder = true, Estimator = sizes.ToConfig(codec) };
        var tensors = new CodecTensors(codec);
        var quantizerBuilder = new ParameterBuilder(new CheckpointTensorSource(encoder));
        ResidualVectorQuantizer[] quantizers =
            [.. tensors.Quantizers.Select(row => new ResidualVectorQuantizer(quantizerBuilder, row))];
        using ParameterSet frozen = quantizerBuilder.Build(encoderPath);
        var builder = new ParameterBuilder(new RandomTensorSource(options.Seed));
        var decoder = new FlowMatchingDecoder(builder, tensors.Flow!, codec.Estimator);
        using ParameterSet parameters = builder.Build("The flow decoder");
        decoder.Normalizer.Write(LatentStatistics.FromMoments(mean, variance));
        LatentStatistics statistics = decoder.Normalizer.Read();
        new TrainingLoop(parameters.Trainable, options)
            .Run(step => Step(decoder, quantizers, statistics, batches(step), step), progress, cancellationToken);
        options.Replicas.First(
            () => TensorWriter.Save(outputPath, Export(encoder, parameters, tensors.Flow!.Inputs.Normalizer)));
    }

    private StepResult Step(FlowMatchingDecoder decoder, ResidualVectorQuantizer[] quantizers, LatentStatistics statistics,
        IReadOnlyList<FlowExample> examples, int step)
    {
        int batch = examples.Count, frames = examples[0].Vocal.Length;
        Random random = StepRandom.Create(options.Seed, step);
        using var generator = new Generator((ulong)random.NextInt64());
        Tensor target = statistics.Project(TrainingBatch.Rows([.. examples.Select(e => e.Latents)]).view(batch, sizes.LatentWidth, frames))
            .transpose(1, 2);
        Tensor[] streams;
        using (no_grad())
        {
            streams =
            [
                quantizers[0].FromCodes(TrainingBatch.Rows([.. examples.Select(e => e.Vocal)]).unsqueeze(1)),
                quantizers[1].FromCodes(TrainingBatch.Rows([.. examples.Select(e => e.Accompaniment)]).unsqueeze(1)),
            ];
        }
        return new(FlowMatchingLoss.Compute(decoder, new FlowTrainingBatch(
            target, streams, augmentation.Masks([.. Enumerable.Repeat(frames, batch)], frames, random),
            FlowAugmentation.Times(batch, random), randn(target.shape, generator: generator),
            augmentation.Kept(batch, random))));
    }

    /// <summary>Everything in 16 bit but the statistics, whose sums are beyond its range.</summary>
    private static IEnumerable<(string Name, Tensor Value)> Export(
        ICheckpoint encoder, ParameterSet decoder, LatentNormalizerTensors statistics)
    {
        string[] exact = [statistics.Count.Name, statistics.Sum.Name, statistics.SumOfSquares.Name];
        foreach (string name in encoder.Tensors.Keys)
            yield return (name, encoder.Load(name).to(float16));
        foreach ((string name, Tensor value) in decoder.ToStateDict())
            yield return (name, exact.Contains(name) ? value : value.to(float16));
    }
}
