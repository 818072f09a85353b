using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>A linear layer, y = x Wᵀ + b, with W of shape [out, in].</summary>
internal sealed class Linear(ParameterBuilder parameters, LinearTensors tensors)
{
    public Parameter Weight { get; } = parameters.Take(tensors.Weight);

    public Parameter? Bias { get; } = tensors.Bias is { } bias ? parameters.Take(bias) : null;

    /// <summary>The adapter that fine-tuning adds to the weight, or null.</summary>
    public LowRankAdapter? Adapter { get; } = parameters.TakeAdapter(tensors.Weight);

    public Tensor Forward(Tensor x)
    {
        Tensor y = nn.functional.linear(x, Weight, Bias);
        if (Adapter is null)
            return y;
        using (y)
        using (Tensor added = Adapter.Forward(x))
            return y.Plus(added);
    }
}
