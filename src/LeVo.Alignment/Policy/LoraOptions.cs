using LeVo.Core.Model;
using LeVo.Core.Torch.Parameters;

namespace LeVo.Alignment.Policy;

/// <summary>
/// Low-rank adaptation: the weights stay frozen, and small matrices beside the linear layers of both transformers
/// learn. The written checkpoint holds plain merged weights; the adapters alone lie beside the run.
/// </summary>
public sealed record LoraOptions
{
    /// <summary>Rank of the adapters.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>The adapters' product is multiplied by alpha / rank.</summary>
    public double Alpha { get; init; } = 32;

    /// <summary>Linear layers that get an adapter, by the last part of their name.</summary>
    public IReadOnlyList<string> Layers { get; init; } = DecoderLayerTensors.MatrixNames;

    internal LowRankPlan Plan(LeLmConfig config, LeLmStage stage, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank, 1, nameof(Rank));
        if (!(Alpha > 0 && double.IsFinite(Alpha)))
            throw new ArgumentException($"Alpha is {Alpha}; it must be positive.");
        if (Layers.Count == 0)
            throw new ArgumentException("Layers is empty; no layer would learn.");
        var tensors = new LeLmTensors(config);
        HashSet<string> adapted =
        [
            .. tensors.LayerMatrices.Select(matrix => matrix.Name).Where(name => stage.Trains(tensors, name)
                && Layers.Any(layer => name.EndsWith($".{layer}.weight", StringComparison.Ordinal))),
        ];
        return new(Rank, Alpha / Rank, adapted.Contains, seed);
    }
}
