using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>
/// Activation checkpointing: a block's activations are discarded after the forward pass and recomputed in the
/// backward pass, which trades time for memory. Gradients are bit-identical.
/// </summary>
internal sealed class ActivationCheckpoint : autograd.SingleTensorFunction<ActivationCheckpoint>
{
    private const string Block = "block";

    public override string Name => nameof(ActivationCheckpoint);

    /// <summary>Runs a deterministic block.</summary>
    /// <param name="input">The block's input.</param>
    /// <param name="block">Computes the output from the input; runs again in the backward pass.</param>
    public static Tensor Run(Tensor input, Func<Tensor, Tensor> block)
    {
        if (!is_grad_enabled())
            return block(input);
        using var scope = NewDisposeScope();
        // The input must require gradients for the function to be part of the graph, even if only the block's
        // parameters are trained.
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
