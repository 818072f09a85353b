using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>
/// Trades time for memory: a block's activations are dropped after the forward pass and computed again when its
/// gradients are due. Parameters inside the block get their gradients as usual, bit for bit.
/// </summary>
internal sealed class ActivationCheckpoint : autograd.SingleTensorFunction<ActivationCheckpoint>
{
    private const string Block = "block";

    public override string Name => nameof(ActivationCheckpoint);

    /// <summary>Runs a block that depends on nothing random.</summary>
    /// <param name="input">What goes in.</param>
    /// <param name="block">From the input to the output; runs again in the backward pass.</param>
    public static Tensor Run(Tensor input, Func<Tensor, Tensor> block)
    {
        if (!is_grad_enabled())
            return block(input);
        using var scope = NewDisposeScope();
        // The function is only part of the graph where its input is, and the block's parameters may be all that is
        // trained.
        Tensor tracked = input.requires_grad ? input : input.detach().requires_grad_();
        return apply(tracked, block).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var input = (Tensor)vars[0];
        var block = (Func<Tensor, Tensor>)vars[1];
        ctx.save_data(Block, block);
        ctx.save_for_backward([input]);
        return block(input);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        Tensor input = ctx.get_saved_variables()[0].detach().requires_grad_();
        Tensor output = ((Func<Tensor, Tensor>)ctx.get_data(Block))(input);
        output.backward([grad_output]);
        return [input.grad!.MoveToOuterDisposeScope(), null!];
    }
}
