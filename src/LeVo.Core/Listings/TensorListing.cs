using System.Globalization;

namespace LeVo.Core.Listings;

/// <summary>
/// The tensors of a model, without values and without libtorch. Groups of tensors (<see cref="LinearTensors"/> and those of
/// each network) take their names from scopes; engines, checks of files, training and memory estimates read them.
/// </summary>
internal sealed class TensorListing
{
    private readonly List<TensorInfo> tensors = [];

    /// <summary>The scope without a prefix.</summary>
    public TensorScope Root => new(this, "");

    /// <summary>All tensors as a file holds them, in the order in which they were added.</summary>
    public IReadOnlyList<TensorInfo> All => tensors;

    /// <summary>The tensors that the model reads.</summary>
    public IEnumerable<TensorInfo> Used => tensors.Where(tensor => tensor.Use != TensorUse.Unused);

    internal TensorInfo Add(TensorInfo tensor)
    {
        tensors.Add(tensor);
        return tensor;
    }
}

/// <summary>A place in a state dict: groups of tensors take their tensors from it by local names.</summary>
internal readonly struct TensorScope(TensorListing listing, string prefix)
{
    /// <summary>The scope one level down, <c>prefix.name</c>.</summary>
    public TensorScope Sub(string name) => new(listing, Full(name));

    /// <summary>The scope one level down, <c>prefix.index</c>.</summary>
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

    /// <summary>Adds a tensor that files of this kind hold and the model does not read.</summary>
    public void AddUnused(string name, params long[] shape) =>
        listing.Add(new(Full(name), shape, TensorInit.Zeros, TensorUse.Unused));

    private string Full(string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";
}
