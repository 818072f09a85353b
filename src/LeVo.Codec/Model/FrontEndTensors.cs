using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>MusicFM's convolutions over the spectrogram and the linear layer after them.</summary>
internal sealed class FrontEndTensors
{
    public FrontEndTensors(TensorScope scope, MusicFmConfig config)
    {
        TensorScope blocks = scope.Sub("conv");
        Blocks =
        [
            new(blocks.Sub(0), 1, config.FrontChannels), new(blocks.Sub(1), config.FrontChannels, config.FrontChannels),
        ];
        Linear = new(scope.Sub("linear"), config.FrontChannels * (config.Mels / 4), config.Width);
    }

    public IReadOnlyList<ResidualBlockTensors> Blocks { get; }

    public LinearTensors Linear { get; }
}

/// <summary>A residual block of three convolutions.</summary>
internal sealed class ResidualBlockTensors(TensorScope scope, long inputs, long outputs)
{
    public NormedConvolutionTensors First { get; } = new(scope, 1, inputs, outputs);

    public NormedConvolutionTensors Second { get; } = new(scope, 2, outputs, outputs);

    public NormedConvolutionTensors Shortcut { get; } = new(scope, 3, inputs, outputs);
}

/// <summary>A 3 x 3 convolution and its batch normalization, stored as <c>convN</c> and <c>bnN</c>.</summary>
internal sealed class NormedConvolutionTensors
{
    private const long Kernel = 3;

    public NormedConvolutionTensors(TensorScope scope, int number, long inputs, long outputs)
    {
        TensorScope convolution = scope.Sub($"conv{number}");
        var init = TensorInit.FanIn(inputs * Kernel * Kernel);
        Weight = convolution.Add("weight", [outputs, inputs, Kernel, Kernel], init);
        Bias = convolution.Add("bias", [outputs], init);
        Norm = new(scope.Sub($"bn{number}"), outputs);
    }

    /// <summary><c>[outputs, inputs, 3, 3]</c>.</summary>
    public TensorInfo Weight { get; }

    /// <summary><c>[outputs]</c>.</summary>
    public TensorInfo Bias { get; }

    public BatchNormTensors Norm { get; }
}

/// <summary>Batch normalization; the statistics are not trained. All tensors are <c>[channels]</c>.</summary>
internal sealed class BatchNormTensors
{
    public BatchNormTensors(TensorScope scope, long channels)
    {
        Weight = scope.Add("weight", [channels], TensorInit.Ones);
        Bias = scope.Add("bias", [channels], TensorInit.Zeros);
        Mean = scope.AddFixed("running_mean", [channels], TensorInit.Zeros);
        Variance = scope.AddFixed("running_var", [channels], TensorInit.Ones);
        scope.AddUnused("num_batches_tracked", []);
    }

    public TensorInfo Weight { get; }

    public TensorInfo Bias { get; }

    public TensorInfo Mean { get; }

    public TensorInfo Variance { get; }
}
