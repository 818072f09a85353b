
namespace LeVo.Core.Checkpoints;

/// <summary>A dictionary of a pickle, in file order; keys may be of any type.</summary>
internal sealed class PickleDict : List<KeyValuePair<object?, object?>>
{
    /// <summary>The last value of a string key, as in Python; null when there is none.</summary>
    public object? this[string key] => FindLast(pair => pair.Key is string text && text == key).Value;
}

/// <summary>A Python name that a pickle refers to. Names are never imported.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>Placeholder for the result of calling an unknown name: nothing is called.</summary>
/// <param name="Callable">What the pickle calls: a <see cref="PickleGlobal"/>, or another placeholder.</param>
/// <param name="Arguments">The arguments.</param>
internal sealed record PickleObject(object Callable, object?[] Arguments)
{
    /// <summary>Items that the pickle puts into the object, as into a dictionary.</summary>
    public PickleDict Items { get; } = [];
}

/// <summary>
/// A storage of a torch archive: its element type (null = bytes), its key, and the declared number of elements.
/// </summary>
internal sealed record TorchStorage(ElementType? Type, string Key, long Count);

/// <summary>A tensor of a torch archive as its pickle describes it, not validated.</summary>
internal sealed record TorchTensor(TorchStorage Storage, ElementType Type, long Offset, long[] Shape, long[] Strides);
