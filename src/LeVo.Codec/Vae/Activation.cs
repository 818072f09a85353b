using System.Runtime.InteropServices;
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

    /// <summary>A span has at most 2^31 bytes.</summary>
    private const long MostElements = int.MaxValue / sizeof(float);

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
        bool plain = x.device_type == DeviceType.CPU && x.dtype == float32 && !is_grad_enabled() && x.numel() <= MostElements;
        return plain ? Compute(x, alpha, beta) : Differentiable(x, alpha, beta);
    }

    /// <summary>On the processor: a signal's tiles are in its caches, so that each further pass over them counts.</summary>
    private static Tensor Compute(Tensor x, Parameter alpha, Parameter beta)
    {
        using var scope = NewDisposeScope();
        Tensor input = x.contiguous(), y = empty_like(input);
        int channels = (int)x.shape[1], time = (int)x.shape[2], rows = (int)x.shape[0] * channels;
        // Spans can't be captured; tensors and their memory live until all rows are done.
        Parallel.For(0, rows, new() { MaxDegreeOfParallelism = get_num_threads() }, row => SnakeKernel.Apply(
            Floats(input).Slice(row * time, time), Floats(y).Slice(row * time, time),
            MathF.Exp(Floats(alpha)[row % channels]), 1 / (MathF.Exp(Floats(beta)[row % channels]) + 1e-9f)));
        return y.MoveToOuterDisposeScope();
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static Tensor Differentiable(Tensor x, Parameter alpha, Parameter beta)
    {
        using var scope = NewDisposeScope();
        Tensor frequency = alpha.exp().unsqueeze(1);
        Tensor strength = beta.exp().add(Epsilon, Scalars.One).reciprocal().unsqueeze(1);
        Tensor wave = x * frequency;
        // Long signals: without gradients the one temporary is reused.
        Tensor squared = wave.requires_grad ? wave.sin().Squared() : wave.sin_().mul_(wave);
        return x.addcmul(squared, strength, Scalars.One).MoveToOuterDisposeScope();
    }
}
