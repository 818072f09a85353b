using System.Globalization;

namespace LeVo.Core.Listings;

/// <summary>
/// The tensors of a model by name and shape, without values and without libtorch. Groups of tensors
/// (<see cref="LinearTensors"/> and those of each network) get their names from scopes. Engines, checkpoint
/// validation, training and memory estimates use the listing.
/// </summary>
internal sealed class TensorListing
{
    private readonly List<TensorInfo> tensors = [];

    /// <summary>The scope without a prefix.</summary>
    public TensorScope Root => new(this, "");

    /// <summary>All tensors of a checkpoint, in the order in which they were added.</summary>
    public IReadOnlyList<TensorInfo> All => tensors;

    /// <summary>The tensors that the model reads.</summary>
    public IEnumerable<TensorInfo> Used => tensors.Where(tensor => tensor.Use != TensorUse.Unused);

    internal TensorInfo Add(TensorInfo tensor)
    {
        tensors.Add(tensor);
        return tensor;
    }
}

/// <summary>A name prefix in a state dict, to which tensors are added by their local names.</summary>
internal readonly struct TensorScope(TensorListing listing, string prefix)
{
    /// <summary>The nested scope <c>prefix.name</c>.</summary>
    public TensorScope Sub(string name) => new(listing, Full(name));

    /// <summary>The nested scope <c>prefix.index</c>.</summary>
    public TensorScope Sub(int index) => Sub(index.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a tensor that training may change.</summary>
    public TensorInfo Add(string name, long[] shape, TensorInit init) => listing.Add(new(Full(name), shape, init));

    /// <summary>Adds a tensor that training does not change.</summary>
    public TensorInfo AddFixed(string name, long[] shape, TensorInit init) =>
        listing.Add(new(Full(name), shape, init, TensorUse.Fixed));

    /// <summary>Adds a weight that is stored as norm and direction.</summary>
    public WeightNormTensors AddWeightNorm(long[] shape, TensorInit init)
    {
        long[] normShape = [shape[0], .. Enumerable.Repeat(1L, shape.Length - 1)];
        return new(new(Full("weight"), shape, init), Add("weight_g", normShape, TensorInit.Ones),
            Add("weight_v", shape, init));
    }

    /// <summary>Adds a tensor that checkpoints contain but the model does not read.</summary>
    public void AddUnused(string name, params long[] shape) =>
        listing.Add(new(Full(name), shape, TensorInit.Zeros, TensorUse.Unused));

    private string Full(string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";
}
