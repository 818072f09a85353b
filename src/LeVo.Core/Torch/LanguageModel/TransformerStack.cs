using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>What all layers of a stack share in one pass: the positions' rotations, how many positions came before, and the
/// mask where "every query sees its own past" does not say it. The probe is there for the layer it looks at alone.</summary>
internal readonly record struct StackStep(RotaryTable Rotary, long Past, Tensor? Mask, AttentionProbe? Probe = null);

/// <summary>A Llama stack over embeddings, with its final norm.</summary>
internal sealed class TransformerStack(
    ParameterBuilder parameters, StackTensors tensors, LeLmConfig config, float theta) : IDisposable
{
    private readonly DecoderLayer[] layers =
        [.. tensors.Layers.Select(layer => new DecoderLayer(parameters, layer, config.Heads))];

    private readonly RmsNorm norm = new(parameters, tensors.Norm);
    private readonly Rotary rotary = new(config.HeadWidth, theta);

    /// <summary>Whether training keeps only what goes into each layer and computes the rest again for the
    /// gradients.</summary>
    public bool CheckpointActivations { get; set; }

    /// <param name="x">[batch, positions, width].</param>
    /// <param name="past">Positions that the cache already holds.</param>
    /// <param name="cache">One cache a layer, or null.</param>
    /// <param name="probe">Looks at one head in training, or null.</param>
    public Tensor Forward(Tensor x, long past = 0, LayerCache[]? cache = null, AttentionProbe? probe = null)
    {
        using var scope = NewDisposeScope();
        long count = x.size(1);
        var step = new StackStep(rotary.Rows(past, count, x.device, x.dtype), past, Mask(past, count, x.device));
        for (int i = 0; i < layers.Length; i++)
        {
            DecoderLayer layer = layers[i];
            // A probed layer keeps its activations: the probe's own gradients need them.
            bool probed = probe?.Layer == i;
            Tensor next = CheckpointActivations && cache is null && !probed
                ? ActivationCheckpoint.Run(x, input => layer.Forward(input, FirstStep(input), null))
                : layer.Forward(x, probed ? step with { Probe = probe } : step, cache?[i]);
            if (i > 0)
                x.Dispose();
            x = next;
        }
        return norm.Forward(x).MoveToOuterDisposeScope();
    }

    public void Dispose() => rotary.Dispose();

    // Views of this pass are gone when the gradients are due, so that a layer that runs again takes its own.
    private StackStep FirstStep(Tensor x) => new(rotary.Rows(0, x.size(1), x.device, x.dtype), 0, null);

    /// <summary>Several new positions after cached ones: each sees the whole past and the new ones up to itself.</summary>
    private static Tensor? Mask(long past, long count, Device device) =>
        past == 0 || count == 1 ? null : ones(count, past + count, ScalarType.Bool, device).tril(past);
}
