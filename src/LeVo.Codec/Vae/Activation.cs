using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>
/// Snake, x + sin²(x·e^alpha) / (e^beta + 1e-9) with one alpha and beta a channel; or ELU, which has no parameters.
/// Input <c>[batch, channels, time]</c>.
/// </summary>
internal sealed class Activation
{
    private static readonly Scalar Epsilon = 1e-9.ToScalar();
    private readonly Parameter? alpha, beta;

    public Activation(ParameterBuilder parameters, ActivationTensors tensors)
    {
        if (tensors is not { Alpha: { } frequency, Beta: { } strength })
            return;
        alpha = parameters.Take(frequency);
        beta = parameters.Take(strength);
    }

    public Tensor Forward(Tensor x)
    {
        if (alpha is null || beta is null)
            return x.elu(Scalars.One, Scalars.One, Scalars.One);
        using var scope = NewDisposeScope();
        Tensor frequency = alpha.exp().unsqueeze(1);
        Tensor strength = beta.exp().add(Epsilon, Scalars.One).reciprocal().unsqueeze(1);
        Tensor wave = x * frequency;
        // Long signals: without gradients the one temporary is reused.
        Tensor squared = wave.requires_grad ? wave.sin().Squared() : wave.sin_().mul_(wave);
        return x.addcmul(squared, strength, Scalars.One).MoveToOuterDisposeScope();
    }
}
