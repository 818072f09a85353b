using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Training;

/// <summary>A linear layer without bias as a plain TorchSharp module, with a LoRA adapter if it has a rank.</summary>
internal sealed class PlainLinear : nn.Module<Tensor, Tensor>
{
    private const double Scale = 2;

    private readonly Parameter weight;
    private readonly Parameter? a, b;

    public PlainLinear(int inputs, int outputs, int rank, ScalarType type) : base(nameof(PlainLinear))
    {
        weight = new Parameter(randn(outputs, inputs).Times(0.02).to(type), requires_grad: rank == 0);
        if (rank > 0)
        {
            a = new Parameter(randn(rank, inputs).Times(0.02).to(type));
            b = new Parameter(zeros(outputs, rank, dtype: type));
        }
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor y = nn.functional.linear(x, weight);
        return a is null ? y : y.Plus(nn.functional.linear(nn.functional.linear(x, a), b!).Times(Scale));
    }
}

/// <summary>Root-mean-square normalisation in float32.</summary>
internal sealed class PlainNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;

    public PlainNorm(int width, bool trained, ScalarType type) : base(nameof(PlainNorm))
    {
        weight = new Parameter(ones(width, dtype: type), requires_grad: trained);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor wide = x.to(float32);
        return (wide * wide.Squared().mean([-1], keepdim: true).Plus(1e-5).rsqrt()).to(x.dtype) * weight;
    }
}

/// <summary>A Llama layer; the second and third input are the rotary cosines and sines.</summary>
internal sealed class PlainLayer : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly int heads;
    private readonly PlainNorm attentionNorm, feedForwardNorm;
    private readonly PlainLinear q, k, v, o, gate, up, down;

    public PlainLayer(int width, int feedForward, int heads, int rank, ScalarType type) : base(nameof(PlainLayer))
    {
        this.heads = heads;
        (attentionNorm, feedForwardNorm) = (new(width, rank == 0, type), new(width, rank == 0, type));
        (q, k, v, o) = (Square(), Square(), Square(), Square());
        (gate, up) = (new(width, feedForward, rank, type), new(width, feedForward, rank, type));
        down = new(feedForward, width, rank, type);
        RegisterComponents();

        PlainLinear Square() => new(width, width, rank, type);
    }

    public override Tensor forward(Tensor x, Tensor cos, Tensor sin)
    {
        using var scope = NewDisposeScope();
        Tensor h = attentionNorm.forward(x);
        Tensor query = Rotate(Split(q.forward(h)), cos, sin), key = Rotate(Split(k.forward(h)), cos, sin);
        Tensor attended = nn.functional.scaled_dot_product_attention(query, key, Split(v.forward(h)), is_casual: true);
        x = x.Plus(o.forward(attended.transpose(1, 2).reshape(x.shape)));
        h = feedForwardNorm.forward(x);
        return x.Plus(down.forward(nn.functional.silu(gate.forward(h)) * up.forward(h))).MoveToOuterDisposeScope();
    }

    private Tensor Split(Tensor x) => x.view(x.size(0), x.size(1), heads, -1).transpose(1, 2);

    private static Tensor Rotate(Tensor x, Tensor cos, Tensor sin)
    {
        Tensor[] halves = x.chunk(2, -1);
        return (x * cos).Plus(cat([-halves[1], halves[0]], -1) * sin);
    }
}
