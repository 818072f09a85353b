using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>
/// Normalization of an item over all its channels and moments together (a group norm of one group, epsilon 1e-5), with a weight
/// and a bias for each channel.
/// </summary>
internal sealed class ItemNorm(ParameterBuilder parameters, LayerNormTensors tensors)
{
    private const double Epsilon = 1e-5;
    private readonly Parameter weight = parameters.Take(tensors.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Bias);

    /// <param name="x"><c>[items, channels, time]</c>.</param>
    public Tensor Forward(Tensor x) => nn.functional.group_norm(x, 1, weight, bias, Epsilon);

    /// <param name="tokens"><c>[items, tokens, channels]</c>.</param>
    public Tensor ForwardTokens(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        Tensor normalized = nn.functional.layer_norm(tokens, [tokens.shape[1], tokens.shape[2]], eps: Epsilon);
        return bias.addcmul(normalized, weight, Scalars.One).MoveToOuterDisposeScope();
    }
}
