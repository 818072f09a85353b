using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>Lists parts of a network that the model does not read.</summary>
internal static class UnusedTensors
{
    /// <summary>Adds the tensors of a part as tensors that files hold and the model does not read.</summary>
    /// <param name="scope">Where the part's names begin.</param>
    /// <param name="add">Adds the part's tensors to a scope without a prefix.</param>
    public static void AddUnused(this TensorScope scope, Action<TensorScope> add)
    {
        var part = new TensorListing();
        add(part.Root);
        foreach (TensorInfo tensor in part.All)
            scope.AddUnused(tensor.Name, tensor.Shape);
    }
}
