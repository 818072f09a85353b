using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Loading;

/// <summary>A part of a checkpoint that is loaded when it is first needed. Thread-safe.</summary>
/// <typeparam name="T">The part's layers.</typeparam>
internal sealed class ModelPart<T> : IDisposable
{
    private readonly Func<(T Layers, ParameterSet Parameters)> load;
    private Lazy<(T Layers, ParameterSet Parameters)> loaded;

    /// <param name="file">The open checkpoint; it stays open as long as the part.</param>
    /// <param name="device">Where the parameters go.</param>
    /// <param name="create">Builds the part from its listing.</param>
    /// <param name="problems">Gets what the file lacks or holds in another shape; found without reading values.</param>
    /// <param name="productType">The type of the weights in matrix products that allow it; null for float32.</param>
    public ModelPart(ICheckpoint file, Device device, Func<ParameterBuilder, T> create, List<string> problems,
        ScalarType? productType = null)
    {
        var shapes = new ParameterBuilder(new StoredShapes(file));
        create(shapes);
        try
        {
            shapes.Build(file.Path).Dispose();
        }
        catch (ModelLoadException e)
        {
            problems.AddRange(e.Problems.Select(problem => $"{file.Path}: {problem}"));
        }
        load = () =>
        {
            var builder = new ParameterBuilder(new CheckpointTensorSource(file), device) { ProductType = productType };
            T layers = create(builder);
            return (layers, builder.Build(file.Path));
        };
        loaded = new(load);
    }

    /// <summary>The layers, loaded now if they were not.</summary>
    public T Layers => loaded.Value.Layers;

    /// <summary>Frees the layers, which nobody may be using; they are loaded again when they are needed.</summary>
    public void Unload()
    {
        Dispose();
        loaded = new(load);
    }

    public void Dispose()
    {
        if (loaded.IsValueCreated)
            loaded.Value.Parameters.Dispose();
    }

    /// <summary>A checkpoint's shapes without its values.</summary>
    private sealed class StoredShapes(ICheckpoint file) : ITensorSource
    {
        public Tensor? Find(TensorInfo tensor) => file.Tensors.TryGetValue(tensor.Name, out StoredTensor? stored)
            ? empty(stored.Shape, stored.Type.ToScalarType(), META)
            : null;
    }
}
