using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>The residual branch of a level (DConv), on <c>[items, channels, time]</c>; items don't influence each other.</summary>
internal sealed class ResidualBranch(ParameterBuilder parameters, ResidualBranchTensors tensors)
{
    /// <summary>The layers in their order.</summary>
    public IReadOnlyList<ResidualLayer> Layers { get; } =
        [.. tensors.Layers.Select((layer, k) => new ResidualLayer(parameters, layer, dilation: 1 << k))];

    /// <summary>Adds all layers to <paramref name="x"/>, in place.</summary>
    public void Apply(Tensor x)
    {
        foreach (ResidualLayer layer in Layers)
            layer.Apply(x);
    }
}

/// <summary>x + scale · GLU(norm(expand(GELU(norm(squeeze(x)))))), the first convolution of kernel 3 and dilated.</summary>
internal sealed class ResidualLayer(ParameterBuilder parameters, ResidualLayerTensors tensors, int dilation)
{
    private readonly Parameter squeezeWeight = parameters.Take(tensors.Squeeze.Weight);
    private readonly Parameter squeezeBias = parameters.Take(tensors.Squeeze.Bias);
    private readonly ItemNorm squeezeNorm = new(parameters, tensors.SqueezeNorm);
    private readonly Pointwise expand = new(parameters, tensors.Expand);
    private readonly ItemNorm expandNorm = new(parameters, tensors.ExpandNorm);
    private readonly Parameter scale = parameters.Take(tensors.Scale);

    /// <summary>Adds the layer's result to <paramref name="x"/>, in place.</summary>
    public void Apply(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor gated;
        using (Tensor expanded = Expand(SqueezeNorm(Squeeze(x))))
            gated = Gate(expanded);
        x.addcmul_(gated, scale.unsqueeze(1), Scalars.One);
    }

    /// <summary><c>[items, channels, time]</c> to <c>[items, hidden, time]</c>.</summary>
    public Tensor Squeeze(Tensor x) =>
        nn.functional.conv1d(x, squeezeWeight, squeezeBias, padding: dilation, dilation: dilation);

    public Tensor SqueezeNorm(Tensor hidden) => squeezeNorm.Forward(hidden);

    /// <summary><c>[items, hidden, time]</c> to <c>[items, 2 · channels, time]</c>.</summary>
    public Tensor Expand(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return expand.Forward(nn.functional.gelu(hidden)).MoveToOuterDisposeScope();
    }

    /// <summary><c>[items, 2 · channels, time]</c> to <c>[items, channels, time]</c>.</summary>
    public Tensor Gate(Tensor expanded)
    {
        using var scope = NewDisposeScope();
        return nn.functional.glu(expandNorm.Forward(expanded), 1).MoveToOuterDisposeScope();
    }
}
