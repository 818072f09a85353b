using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;
using LeVo.Core.Model;

namespace LeVo.Codec.Model;

/// <summary>Reads a tokenizer's sizes from the shapes in its checkpoint; only head counts and taps have to be given.</summary>
internal sealed class CodecSizesReader
{
    private const int UsualHeadWidth = 64;
    private readonly ICheckpoint file;
    private readonly IReadOnlyList<CodecStream> streams;
    private readonly TensorScope root = new TensorListing().Root;
    private readonly CodecTensors names;
    private readonly List<string> problems = [];

    /// <param name="file">The checkpoint.</param>
    /// <param name="streams">Its streams.</param>
    public CodecSizesReader(ICheckpoint file, IReadOnlyList<CodecStream> streams)
    {
        this.file = file;
        this.streams = streams;
        names = Tensors(streams);
    }

    /// <summary>Names by which a tokenizer's checkpoint is recognised.</summary>
    public static HashSet<string> Names(IReadOnlyList<CodecStream> streams) =>
        Tensors(streams).All.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);

    /// <param name="estimatorHeads">Attention heads of the flow decoder.</param>
    /// <exception cref="ModelLoadException">Tensors whose shapes are needed are missing, or sizes contradict each other; all
    /// are listed.</exception>
    public CodecSizes Read(int estimatorHeads)
    {
        QuantizerTensors quantizer = names.Quantizers[0].Quantizers[0];
        int width = Size(quantizer.OutputBias, 0);
        TensorInfo second =
            new ResidualQuantizerTensors(root.Sub(streams[0].Quantizer), 1, 1, 1, count: 2).Quantizers[1].Codebook;
        if (Holds(second))
            problems.Add($"'{second.Name}': more than one quantizer a stream is not supported");
        bool hasDecoder = Holds(names.Flow!.Estimator.Positions);
        bool hasEncoder = Holds(names.MusicFm!.FrontEnd.Linear.Weight);
        var sizes = new CodecSizes
        {
            Streams = streams,
            CodebookSize = Size(quantizer.Codebook, 0),
            CodeWidth = Size(quantizer.Codebook, 1),
            Estimator = hasDecoder ? ReadEstimator(names.Flow, width, estimatorHeads) : new() { ConditionWidth = width },
            HasDecoder = hasDecoder,
            HasEncoder = hasEncoder,
            HasQuantizerInput = hasEncoder || Holds(quantizer.InputBias!),
            MusicFm = hasEncoder ? ReadMusicFm(names.MusicFm, width) : new(),
        };
        if (hasEncoder && sizes.HighestTap > sizes.MusicFm.Layers)
            problems.Add($"MusicFM has {sizes.MusicFm.Layers} layers; hidden state {sizes.HighestTap} is configured");
        return problems.Count == 0 ? sizes : throw new ModelLoadException(file.Path, problems);
    }

    // Names don't depend on sizes: those of one block and one layer are all that is needed here.
    private static CodecTensors Tensors(IReadOnlyList<CodecStream> streams) => new(new()
    {
        Streams = [.. streams.Select(stream => stream with { Tap = 1 })],
        Estimator = new() { Blocks = 1 },
        MusicFm = new() { Layers = 1 },
    });

    private EstimatorConfig ReadEstimator(FlowTensors flow, int conditionWidth, int heads)
    {
        TensorScope scope = FlowTensors.EstimatorScope(root);
        var config = new EstimatorConfig
        {
            Blocks = Count(i => new EstimatorBlockTensors(EstimatorTensors.BlockScope(scope, i), new()).AttentionNorm.Weight),
            Heads = heads,
            InnerWidth = Size(flow.Estimator.Blocks[0].Expand.Weight, 1),
            Positions = Size(flow.Estimator.Positions, 0),
            MaskWidth = Size(flow.Inputs.MaskEmbedding, 1),
            LatentWidth = Size(flow.Inputs.Normalizer.Sum, 0),
            Streams = streams.Count,
            ConditionWidth = conditionWidth,
        };
        int width = Size(flow.Estimator.Positions, 1);
        if (problems.Count == 0 && width != config.Width)
        {
            problems.Add($"the estimator is {width} wide; mask {config.MaskWidth}, latents 2 x {config.LatentWidth} and " +
                $"{config.Streams} x {conditionWidth} make {config.Width}");
        }
        else if (problems.Count == 0)
        {
            problems.AddRange(config.Problems());
        }
        return config;
    }

    private MusicFmConfig ReadMusicFm(MusicFmTensors musicFm, int conditionWidth)
    {
        FrontEndTensors frontEnd = musicFm.FrontEnd;
        ConformerLayerTensors layer = musicFm.Layers[0];
        int width = Size(frontEnd.Linear.Bias!, 0), channels = Size(frontEnd.Blocks[0].First.Bias, 0);
        if (width != conditionWidth)
            problems.Add($"MusicFM is {width} wide, the quantizer {conditionWidth}");
        TensorScope scope = CodecTensors.MusicFmScope(root);
        long[]? frequencies = file.ShapeOf(musicFm.InverseFrequencies.Name);
        return new()
        {
            Width = width,
            FrontChannels = channels,
            Layers = Count(i => new ConformerLayerTensors(MusicFmTensors.LayerScope(scope, i), new()).FinalNorm.Weight),
            Heads = (int)Math.Max(1, frequencies is [> 0 and var half] ? width / (2 * half) : width / UsualHeadWidth),
            FeedForward = Size(layer.FirstFeedForward.Up.Bias!, 0),
            Mels = Size(frontEnd.Linear.Weight, 1) * MusicFmConfig.MelFramesPerFrame / channels,
            ConvolutionKernel = Size(layer.Convolution.Depthwise, 2),
        };
    }

    private bool Holds(TensorInfo tensor) => file.ShapeOf(tensor.Name) is not null;

    /// <summary>How many parts of a row the file holds, by one tensor of each.</summary>
    private int Count(Func<int, TensorInfo> tensor)
    {
        int count = 0;
        while (Holds(tensor(count)))
            count++;
        return count;
    }

    private int Size(TensorInfo tensor, int dimension)
    {
        if (file.ShapeOf(tensor.Name) is not long[] shape)
            problems.Add($"'{tensor.Name}' is missing");
        else if (dimension >= shape.Length || shape[dimension] is < 1 or > int.MaxValue)
            problems.Add($"'{tensor.Name}' has the shape {StoredTensor.Text(shape)}");
        else
            return (int)shape[dimension];
        return 1;
    }
}
