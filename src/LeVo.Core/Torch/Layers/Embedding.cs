using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>An embedding table. The padding row is looked up like any other row but receives no gradient.</summary>
internal sealed class Embedding(ParameterBuilder parameters, EmbeddingTensors tensors)
{
    private readonly long width = tensors.Weight.Shape[1];

    public Parameter Weight { get; } = parameters.Take(tensors.Weight);

    /// <param name="ids">Any shape, int64.</param>
    /// <returns>The shape of the ids and the width.</returns>
    public Tensor Forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        Tensor found = Weight.index_select(0, ids.reshape(-1)).view([.. ids.shape, width]);
        if (tensors.Padding is long row && Weight.requires_grad && is_grad_enabled())
            found = where(ids.Is(row).unsqueeze(-1), found.detach(), found);
        return found.MoveToOuterDisposeScope();
    }
}
