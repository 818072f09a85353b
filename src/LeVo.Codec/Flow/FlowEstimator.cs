using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace LeVo.Codec.Flow;

/// <summary>
/// The transformer that estimates the flow's velocity: GPT-2 blocks without causality, with a position table and rotary
/// positions besides, modulated by time.
/// </summary>
internal sealed class FlowEstimator
{
    private readonly Parameter positions, table;
    private readonly EstimatorBlock[] blocks;
    private readonly LayerNorm norm;
    private readonly Linear output;
    private readonly TimeEmbedding time;

    public FlowEstimator(ParameterBuilder parameters, EstimatorTensors tensors, EstimatorConfig config)
    {
        Config = config;
        positions = parameters.Take(tensors.Positions);
        blocks = [.. tensors.Blocks.Select(block => new EstimatorBlock(parameters, block, config))];
        norm = new(parameters, tensors.Norm);
        table = parameters.Take(tensors.Modulation);
        output = new(parameters, tensors.Output);
        time = new(parameters, tensors.Time);
    }

    public EstimatorConfig Config { get; }

    /// <summary>Where the parameters are.</summary>
    public Device Device => positions.device;

    /// <summary>Times <c>[rows]</c>, or one time for all rows <c>[1]</c>.</summary>
    public TimeConditions Time(Tensor times) => time.Forward(times);

    /// <summary>Velocities of the latents, <c>[rows, frames, Z]</c>: the last Z features of the output, alone computed.</summary>
    /// <param name="input">Mask features, context, conditions and noisy latents, <c>[rows, frames, width]</c>.</param>
    /// <param name="conditions">The time.</param>
    /// <param name="tables">The window.</param>
    /// <param name="hiddenStates">Collects the input of every block (owned by the caller's scope), or null.</param>
    public Tensor Velocity(Tensor input, in TimeConditions conditions, in WindowTables tables,
        ICollection<Tensor>? hiddenStates = null)
    {
        using var scope = NewDisposeScope();
        Tensor last = Trunk(input, conditions, tables, hiddenStates);
        long z = Config.LatentWidth, from = Config.Width - z;
        return nn.functional.linear(last, output.Weight.narrow(0, from, z), output.Bias!.narrow(0, from, z))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The whole output, <c>[rows, frames, width]</c>.</summary>
    public Tensor Forward(Tensor input, in TimeConditions conditions, in WindowTables tables,
        ICollection<Tensor>? hiddenStates = null)
    {
        using var scope = NewDisposeScope();
        return output.Forward(Trunk(input, conditions, tables, hiddenStates)).MoveToOuterDisposeScope();
    }

    private Tensor Trunk(Tensor input, in TimeConditions conditions, in WindowTables tables, ICollection<Tensor>? hiddenStates)
    {
        using var scope = NewDisposeScope();
        Tensor h = input.Plus(positions.narrow(0, 0, input.shape[1]));
        foreach (EstimatorBlock block in blocks)
        {
            Tensor next = block.Forward(h, conditions.Modulation, tables);
            if (hiddenStates is null)
                h.Dispose();
            else
                hiddenStates.Add(h.MoveToOuterDisposeScope().MoveToOuterDisposeScope());
            h = next;
        }
        Tensor rows = table.Plus(conditions.Embedded.unsqueeze(1)).unsqueeze(2);
        Tensor scale = rows.select(1, 1).Plus(1);
        return rows.select(1, 0).addcmul(norm.Forward(h), scale, Scalars.One).MoveToOuterDisposeScope();
    }
}
