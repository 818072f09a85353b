using LeVo.Core.Checkpoints;
using LeVo.Core.Model;

namespace LeVo.Codec.Model;

/// <summary>Reads a tokenizer's sizes off the shapes in its checkpoint; nothing but head counts and taps has to be told.</summary>
internal sealed class CodecSizesReader(ICheckpoint file, IReadOnlyList<CodecStream> streams)
{
    private const string Estimator = "cfm_wrapper.estimator.";
    private const string Hearing = "bestrq.model.";
    private const int UsualHeadWidth = 64;
    private readonly List<string> problems = [];

    /// <param name="estimatorHeads">Attention heads of the flow decoder.</param>
    /// <exception cref="ModelLoadException">Tensors that tell a size are missing, or sizes contradict each other; all are
    /// listed.</exception>
    public CodecSizes Read(int estimatorHeads)
    {
        string quantizer = streams[0].Quantizer + ".quantizers.";
        int width = Size(quantizer + "0.out_proj.bias", 0);
        if (file.ShapeOf(quantizer + "1.codebook.weight") is not null)
            problems.Add($"'{quantizer}1': more than one quantiser a stream is not supported");
        bool hasDecoder = file.ShapeOf(Estimator + "wpe.weight") is not null;
        bool hasEncoder = file.ShapeOf(Hearing + "conv.linear.weight") is not null;
        var sizes = new CodecSizes
        {
            Streams = streams,
            CodebookSize = Size(quantizer + "0.codebook.weight", 0),
            CodeWidth = Size(quantizer + "0.codebook.weight", 1),
            Estimator = hasDecoder ? ReadEstimator(width, estimatorHeads) : new() { ConditionWidth = width },
            HasDecoder = hasDecoder,
            HasEncoder = hasEncoder,
            MusicFm = hasEncoder ? ReadMusicFm(width) : new(),
        };
        if (hasEncoder && sizes.HighestTap > sizes.MusicFm.Layers)
            problems.Add($"MusicFM has {sizes.MusicFm.Layers} layers; hidden state {sizes.HighestTap} is asked for");
        return problems.Count == 0 ? sizes : throw new ModelLoadException(file.Path, problems);
    }

    private EstimatorConfig ReadEstimator(int conditionWidth, int heads)
    {
        var config = new EstimatorConfig
        {
            Blocks = Count(Estimator + "h.{0}.ln_1.weight"),
            Heads = heads,
            InnerWidth = Size(Estimator + "h.0.mlp.c_fc.weight", 1),
            Positions = Size(Estimator + "wpe.weight", 0),
            MaskWidth = Size("mask_emb.weight", 1),
            LatentWidth = Size("normfeat.sum_x", 0),
            Streams = streams.Count,
            ConditionWidth = conditionWidth,
        };
        int width = Size(Estimator + "wpe.weight", 1);
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

    private MusicFmConfig ReadMusicFm(int conditionWidth)
    {
        int width = Size(Hearing + "conv.linear.bias", 0), front = Size(Hearing + "conv.conv.0.conv1.bias", 0);
        if (width != conditionWidth)
            problems.Add($"MusicFM is {width} wide, the quantiser {conditionWidth}");
        const string Layer = Hearing + "conformer.layers.0.";
        long[]? frequencies = file.ShapeOf(Hearing + "conformer.embed_positions.inv_freq");
        return new()
        {
            Width = width,
            FrontChannels = front,
            Layers = Count(Hearing + "conformer.layers.{0}.final_layer_norm.weight"),
            Heads = frequencies is [> 0 and var half] ? (int)(width / (2 * half)) : Math.Max(1, width / UsualHeadWidth),
            FeedForward = Size(Layer + "ffn1.intermediate_dense.bias", 0),
            Mels = Size(Hearing + "conv.linear.weight", 1) * MusicFmConfig.MelFramesPerFrame / front,
            ConvolutionKernel = Size(Layer + "conv_module.depthwise_conv.weight", 2),
        };
    }

    private int Count(string pattern)
    {
        int count = 0;
        while (file.ShapeOf(pattern.Replace("{0}", $"{count}", StringComparison.Ordinal)) is not null)
            count++;
        return count;
    }

    private int Size(string name, int dimension)
    {
        if (file.ShapeOf(name) is not long[] shape)
            problems.Add($"'{name}' is missing");
        else if (dimension >= shape.Length || shape[dimension] is < 1 or > int.MaxValue)
            problems.Add($"'{name}' has the shape [{string.Join(", ", shape)}]");
        else
            return (int)shape[dimension];
        return 1;
    }
}
