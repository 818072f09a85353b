using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// The state shared by the layers of a stack in one pass: the rotary table, the number of earlier positions, and the
/// mask if causal masking is not sufficient. The probe is set only for the layer that it records.
/// </summary>
internal readonly record struct StackStep(RotaryTable Rotary, long Past, Tensor? Mask, AttentionProbe? Probe = null);

/// <summary>A Llama stack over embeddings, with its final norm.</summary>
internal sealed class TransformerStack : IDisposable
{
    private readonly DecoderLayer[] layers;
    private readonly FusedStep? fused;
    private readonly RmsNorm norm;
    private readonly Rotary rotary;

    public TransformerStack(ParameterBuilder parameters, StackTensors tensors, LeLmConfig config, float theta)
    {
        layers = [.. tensors.Layers.Select(layer => new DecoderLayer(parameters, layer, config.Heads))];
        fused = FusedStep.Of(layers, config.Heads);
        norm = new(parameters, tensors.Norm);
        rotary = new(config.HeadWidth, theta);
    }

    /// <summary>
    /// Whether training stores only each layer's input and recomputes its activations in the backward pass.
    /// </summary>
    public bool CheckpointActivations { get; set; }

    /// <param name="x">[batch, positions, width].</param>
    /// <param name="past">Number of positions in the cache.</param>
    /// <param name="cache">One cache per layer, or null.</param>
    /// <param name="probe">Records one head in training, or null.</param>
    public Tensor Forward(Tensor x, long past = 0, LayerCache[]? cache = null, AttentionProbe? probe = null)
    {
        using var scope = NewDisposeScope();
        long count = x.size(1);
        var step = new StackStep(rotary.Rows(past, count, x.device, x.dtype), past, Mask(past, count, x.device));
        if (fused is not null && cache is not null && past > 0 && count == 1)
            return norm.Forward(fused.Forward(x, step, cache)).MoveToOuterDisposeScope();
        for (int i = 0; i < layers.Length; i++)
        {
            DecoderLayer layer = layers[i];
            // A probed layer stores its activations: the probe's gradients need them.
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

    // Views of this pass are disposed before the backward pass, so a recomputed layer creates its own.
    private StackStep FirstStep(Tensor x) => new(rotary.Rows(0, x.size(1), x.device, x.dtype), 0, null);

    /// <summary>
    /// The mask for several new positions after cached ones: each attends to all cached positions and to new ones up
    /// to itself.
    /// </summary>
    private static Tensor? Mask(long past, long count, Device device) =>
        past == 0 || count == 1 ? null : ones(count, past + count, ScalarType.Bool, device).tril(past);
}
