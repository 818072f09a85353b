using LeVo.Core.Checkpoints;

namespace LeVo.Core.Listings;

/// <summary>How a model uses a tensor of its state dict.</summary>
internal enum TensorUse
{
    /// <summary>Training may change it.</summary>
    Trained,

    /// <summary>Training does not change it.</summary>
    Fixed,

    /// <summary>Checkpoints contain it, but the model does not read it.</summary>
    Unused,
}

/// <summary>Describes a tensor of a model.</summary>
/// <param name="Name">Its name in the state dict.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Init">Its initial values when it is not loaded from a file.</param>
/// <param name="Use">How the model uses it.</param>
internal sealed record TensorInfo(string Name, long[] Shape, TensorInit Init, TensorUse Use = TensorUse.Trained)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Returns why a checkpoint's tensor does not match, or null when it does.</summary>
    /// <param name="shape">The stored shape, or null if the checkpoint has no such tensor.</param>
    /// <param name="type">The stored type.</param>
    /// <param name="isFloatingPoint">Whether the stored type is a floating-point type.</param>
    public string? Problem(long[]? shape, object? type, bool isFloatingPoint)
    {
        if (shape is null)
            return $"'{Name}' {StoredTensor.Text(Shape)} is missing";
        if (!shape.AsSpan().SequenceEqual(Shape))
            return $"'{Name}' has shape {StoredTensor.Text(shape)}, not {StoredTensor.Text(Shape)}";
        return isFloatingPoint ? null : $"'{Name}' holds {type}, not floating-point numbers";
    }
}

/// <summary>
/// A weight-normalised tensor: stored as norm <c>weight_g</c> and direction <c>weight_v</c>, used as the direction
/// scaled to the norm.
/// </summary>
/// <param name="Weight">The combined weight.</param>
/// <param name="Norm">The stored norms, one for each entry of the first dimension.</param>
/// <param name="Direction">The stored direction, of the weight's shape.</param>
internal sealed record WeightNormTensors(TensorInfo Weight, TensorInfo Norm, TensorInfo Direction);
