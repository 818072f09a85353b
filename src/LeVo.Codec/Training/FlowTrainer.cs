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

/// <summary>A stretch of a song for the flow decoder to learn.</summary>
/// <param name="Latents">Latents of the sound, <c>[latent width * frames]</c>, channel by channel.</param>
/// <param name="Vocal">Codes of the voice, <c>[frames]</c>.</param>
/// <param name="Accompaniment">Codes of the accompaniment, <c>[frames]</c>.</param>
public sealed record FlowExample(float[] Latents, int[] Vocal, int[] Accompaniment);

/// <summary>Sizes of a small flow decoder, trained from scratch.</summary>
/// <param name="Blocks">Transformer blocks.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="InnerWidth">Width inside the feed-forward parts.</param>
/// <param name="MaskWidth">Width of the mask embedding.</param>
/// <param name="LatentWidth">Width of the latents.</param>
/// <param name="WindowFrames">Frames of a decoding window.</param>
public sealed record FlowSizes(int Blocks, int Heads, int InnerWidth, int MaskWidth, int LatentWidth, int WindowFrames);

/// <summary>
/// Trains the dual-track codec's flow decoder on latents and codes: flow matching with context frames in half of the batches and
/// without conditions in a tenth of the items, as the released codec was trained.
/// </summary>
/// <remarks>Not thread-safe: one run at a time.</remarks>
public sealed class FlowTrainer
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

    /// <summary>Trains to the last step and writes the whole dual-track codec: encoder, quantisers and flow decoder.</summary>
    /// <param name="encoderPath">The trained encoder (<see cref="EncoderTrainer"/>).</param>
    /// <param name="outputPath">Where the codec goes (safetensors, 16 bit).</param>
    /// <param name="mean">Mean of the latents by channel.</param>
    /// <param name="variance">Their variance by channel.</param>
    /// <param name="batches">The examples of a step, each a whole window; a function of the step alone.</param>
    /// <param name="progress">Hears of every report.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    public void Train(string encoderPath, string outputPath, ReadOnlySpan<float> mean, ReadOnlySpan<float> variance,
        Func<int, IReadOnlyList<FlowExample>> batches, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        LeVoRuntime.EnsureTorch();
        using Checkpoint encoder = Checkpoint.Open(encoderPath);
        var quantizerBuilder = new ParameterBuilder(new CheckpointTensorSource(encoder));
        VectorQuantizer[] quantizers =
        [
            Quantizer(quantizerBuilder, encoder, "rvq_bestrq_emb"), Quantizer(quantizerBuilder, encoder, "rvq_bestrq_bgm_emb"),
        ];
        using ParameterSet frozen = quantizerBuilder.Build(encoderPath);
        var config = new EstimatorConfig
        {
            Blocks = sizes.Blocks,
            Heads = sizes.Heads,
            InnerWidth = sizes.InnerWidth,
            Positions = sizes.WindowFrames,
            MaskWidth = sizes.MaskWidth,
            LatentWidth = sizes.LatentWidth,
            Streams = quantizers.Length,
            ConditionWidth = (int)encoder.Tensors["rvq_bestrq_emb.quantizers.0.in_proj.weight_v"].Shape[1],
        };
        var builder = new ParameterBuilder(new RandomTensorSource(options.Seed));
        var decoder = new FlowMatchingDecoder(builder.Root, config);
        using ParameterSet parameters = builder.Build("The flow decoder");
        decoder.Normalizer.Write(LatentStatistics.FromMoments(mean, variance));
        LatentStatistics statistics = decoder.Normalizer.Read();
        new TrainingLoop(parameters.Trainable, options)
            .Run(step => Step(decoder, quantizers, statistics, batches(step), step), progress, cancellationToken);
        TensorWriter.Save(outputPath, Export(encoder, parameters));
    }

    private static VectorQuantizer Quantizer(ParameterBuilder builder, ICheckpoint encoder, string name)
    {
        long[] inward = encoder.Tensors[name + ".quantizers.0.in_proj.weight_v"].Shape;
        long[] codebook = encoder.Tensors[name + ".quantizers.0.codebook.weight"].Shape;
        return new(builder.Root.Sub(name).Sub("quantizers").Sub(0), (int)inward[1], (int)codebook[0], (int)inward[0]);
    }

    private StepResult Step(FlowMatchingDecoder decoder, VectorQuantizer[] quantizers, LatentStatistics statistics,
        IReadOnlyList<FlowExample> examples, int step)
    {
        int batch = examples.Count, frames = examples[0].Vocal.Length;
        Random random = StepRandom.Of(options.Seed, step);
        using var generator = new Generator((ulong)random.NextInt64());
        Tensor target = statistics.Project(TrainingBatch.Rows([.. examples.Select(e => e.Latents)]).view(batch, sizes.LatentWidth, frames))
            .transpose(1, 2);
        Tensor[] streams;
        using (no_grad())
        {
            streams =
            [
                quantizers[0].FromCodes(TrainingBatch.Rows([.. examples.Select(e => e.Vocal)])),
                quantizers[1].FromCodes(TrainingBatch.Rows([.. examples.Select(e => e.Accompaniment)])),
            ];
        }
        return new(FlowMatchingLoss.Compute(decoder, new FlowTrainingBatch(
            target, streams, augmentation.Masks([.. Enumerable.Repeat(frames, batch)], frames, random),
            FlowAugmentation.Times(batch, random), randn(target.shape, generator: generator),
            augmentation.Kept(batch, random))));
    }

    /// <summary>Everything in 16 bit but the statistics, whose sums are beyond its range.</summary>
    private static IEnumerable<(string Name, Tensor Value)> Export(ICheckpoint encoder, ParameterSet decoder)
    {
        foreach (string name in encoder.Tensors.Keys)
            yield return (name, encoder.Load(name).to(float16));
        foreach ((string name, Tensor value) in decoder.ToStateDict())
            yield return (name, name.StartsWith("normfeat.", StringComparison.Ordinal) ? value : value.to(float16));
    }
}
