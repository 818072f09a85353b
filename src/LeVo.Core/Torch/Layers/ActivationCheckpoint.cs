using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>
/// Activation checkpointing: a block's activations are discarded after the forward pass and recomputed in the
/// backward pass, which trades time for memory. Gradients are bit-identical.
/// </summary>
/// <remarks>
/// On a GPU, autograd calls <see cref="backward"/> on a thread of its own, through native frames: no dispose scope is open
/// there, and an exception would end the process.
/// </remarks>
internal sealed class ActivationCheckpoint : autograd.SingleTensorFunction<ActivationCheckpoint>
{
    private const string Block = "block", Pass = "pass";

    // The blocks of a forward pass and its backward pass are connected by the thread that runs both.
    [ThreadStatic]
    private static CheckpointPass? current;

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

    /// <summary>Runs the backward pass of a loss, on the thread that ran the forward pass.</summary>
    /// <exception cref="Exception">What a block threw when it was recomputed; the gradients are then invalid.</exception>
    public static void Backward(Tensor loss)
    {
        using CheckpointPass? pass = current;
        current = null;
        loss.backward();
        pass?.ThrowFailure();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var input = (Tensor)vars[0];
        var block = (Func<Tensor, Tensor>)vars[1];
        ctx.save_data(Block, block);
        ctx.save_data(Pass, current ??= new());
        ctx.save_for_backward([input]);
        return block(input);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var pass = (CheckpointPass)ctx.get_data(Pass);
        using (grad_output)
        {
            Tensor saved = ctx.get_saved_variables()[0];
            Tensor gradient = pass.HasFailed ? saved : Recompute(ctx, saved, grad_output, pass);
            pass.Return(gradient.DetachFromDisposeScope());
            return [gradient, null!];
        }
    }

    private static Tensor Recompute(autograd.AutogradContext ctx, Tensor saved, Tensor gradient, CheckpointPass pass)
    {
        try
        {
            using var gradients = enable_grad();
            Tensor input = saved.detach().requires_grad_();
            Tensor output = ((Func<Tensor, Tensor>)ctx.get_data(Block))(input);
            output.backward([gradient]);
            return input.grad!;
        }
        catch (Exception e)
        {
            pass.Fail(e);
            // Any tensor of the input's shape and type lets autograd go on, and this one needs no memory.
            return saved;
        }
    }
}
