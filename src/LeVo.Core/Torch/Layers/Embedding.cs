using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>A table of vectors by id. The padding row is read like any other and never gets a gradient.</summary>
internal sealed class Embedding(ParameterScope scope, long rows, long width, ParameterInit init, long? padding = null)
{
    public Parameter Weight { get; } = scope.Take("weight", [rows, width], init with { ZeroRow = padding });

    /// <param name="ids">Any shape, int64.</param>
    /// <returns>The shape of the ids and the width.</returns>
    public Tensor Forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        Tensor found = Weight.index_select(0, ids.reshape(-1)).view([.. ids.shape, width]);
        if (padding is long row && Weight.requires_grad && is_grad_enabled())
            found = where(ids.Is(row).unsqueeze(-1), found.detach(), found);
        return found.MoveToOuterDisposeScope();
    }
}
