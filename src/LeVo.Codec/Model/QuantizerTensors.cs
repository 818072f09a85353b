using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>Quantizers in a row, each coding what the former left over; the released codecs have one.</summary>
internal sealed class ResidualQuantizerTensors(
    TensorScope scope, int width, int codebookSize, int codeWidth, int count = 1, bool withInput = true)
{
    /// <summary>The quantizers in their order.</summary>
    public IReadOnlyList<QuantizerTensors> Quantizers { get; } = [.. Enumerable.Range(0, count)
        .Select(i => new QuantizerTensors(QuantizerScope(scope, i), width, codebookSize, codeWidth, withInput))];

    /// <summary>The scope of one quantizer.</summary>
    public static TensorScope QuantizerScope(TensorScope scope, int index) => scope.Sub("quantizers").Sub(index);
}

/// <summary>One quantizer: a narrow projection, the codebook, and the projection back.</summary>
internal sealed class QuantizerTensors
{
    public QuantizerTensors(TensorScope scope, int width, int codebookSize, int codeWidth, bool withInput = true)
    {
        TensorScope input = scope.Sub("in_proj"), output = scope.Sub("out_proj");
        InputWeight = withInput ? input.AddWeightNorm([codeWidth, width, 1], TensorInit.FanIn(width)) : null;
        InputBias = withInput ? input.Add("bias", [codeWidth], TensorInit.FanIn(width)) : null;
        OutputWeight = output.AddWeightNorm([width, codeWidth, 1], TensorInit.FanIn(codeWidth));
        OutputBias = output.Add("bias", [width], TensorInit.FanIn(codeWidth));
        Codebook = scope.Sub("codebook").Add("weight", [codebookSize, codeWidth], TensorInit.Normal(1));
        scope.AddUnused("stale_counter", codebookSize);
    }

    /// <summary><c>[codeWidth, width, 1]</c>; null in files that can't encode.</summary>
    public WeightNormTensors? InputWeight { get; }

    /// <summary><c>[codeWidth]</c>, or null.</summary>
    public TensorInfo? InputBias { get; }

    /// <summary><c>[width, codeWidth, 1]</c>.</summary>
    public WeightNormTensors OutputWeight { get; }

    /// <summary><c>[width]</c>.</summary>
    public TensorInfo OutputBias { get; }

    /// <summary><c>[codebookSize, codeWidth]</c>.</summary>
    public TensorInfo Codebook { get; }
}
