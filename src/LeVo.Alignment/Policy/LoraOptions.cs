using LeVo.Core.Model;
using LeVo.Core.Torch.Parameters;

namespace LeVo.Alignment.Policy;

/// <summary>
/// Options of low-rank adaptation (LoRA): the weights are frozen, and low-rank matrices added to the linear layers of
/// both transformers are trained. The output checkpoint contains merged weights; the adapters are also written to the
/// run's folder.
/// </summary>
public sealed record LoraOptions
{
    /// <summary>Rank of the adapters.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Scale: the adapters' product is multiplied by alpha / rank.</summary>
    public double Alpha { get; init; } = 32;

    /// <summary>Linear layers that get an adapter, by the last component of their name.</summary>
    public IReadOnlyList<string> Layers { get; init; } = DecoderLayerTensors.MatrixNames;

    internal LowRankPlan Plan(LeLmConfig config, LeLmStage stage, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank, 1, nameof(Rank));
        if (!(Alpha > 0 && double.IsFinite(Alpha)))
            throw new ArgumentException($"Alpha is {Alpha}; it must be positive.");
        if (Layers.Count == 0)
            throw new ArgumentException("Layers is empty; at least one layer must be adapted.");
        var tensors = new LeLmTensors(config);
        HashSet<string> adapted =
        [
            .. tensors.LayerMatrices.Select(matrix => matrix.Name).Where(name => stage.Trains(tensors, name)
                && Layers.Any(layer => name.EndsWith($".{layer}.weight", StringComparison.Ordinal))),
        ];
        return new(Rank, Alpha / Rank, adapted.Contains, seed);
    }
}
