using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>A linear layer over the channels of every item and moment.</summary>
internal sealed class Pointwise(ParameterBuilder parameters, PointwiseTensors tensors)
{
    private readonly Parameter weight = parameters.Take(tensors.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Bias);

    /// <summary><c>[items, inputs, time]</c> to <c>[items, outputs, time]</c>.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Product(weight.flatten(1), bias, x).MoveToOuterDisposeScope();
    }

    /// <summary>The same for tokens, <c>[..., inputs]</c> to <c>[..., outputs]</c>.</summary>
    public Tensor ForwardTokens(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(tokens, weight.flatten(1), bias).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// One matrix <c>[outputs, inputs]</c> times every item <c>[items, inputs, time]</c>, which a matrix product does several
    /// times as fast as a convolution where there are few channels.
    /// </summary>
    public static Tensor Product(Tensor matrix, Tensor? bias, Tensor x)
    {
        using var scope = NewDisposeScope();
        (long items, long outputs, long inputs) = (x.shape[0], matrix.shape[0], matrix.shape[1]);
        Tensor product = bmm(matrix.unsqueeze(0).expand(items, outputs, inputs), x);
        if (bias is not null)
            product.AddInPlace(bias.unsqueeze(1));
        return product.MoveToOuterDisposeScope();
    }
}
