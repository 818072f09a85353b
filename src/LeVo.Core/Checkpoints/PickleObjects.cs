
namespace LeVo.Core.Checkpoints;

/// <summary>A dictionary of a pickle, in file order; keys may be of any kind.</summary>
internal sealed class PickleDict : List<KeyValuePair<object?, object?>>
{
    /// <summary>The last value of a text key, as Python would have it; null when there is none.</summary>
    public object? this[string key] => FindLast(pair => pair.Key is string text && text == key).Value;
}

/// <summary>A Python name that a pickle refers to. It is only a name: nothing is looked up.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>What a pickle would have made by calling a name that we don't know: the name and the arguments.</summary>
internal sealed record PickleObject(PickleGlobal Callable, object?[] Arguments);

/// <summary>A storage of a torch archive: its element type (null = bytes), its key, and the elements that it
/// claims.</summary>
internal sealed record TorchStorage(ElementType? Type, string Key, long Count);

/// <summary>A tensor of a torch archive as its pickle describes it, unchecked.</summary>
internal sealed record TorchTensor(TorchStorage Storage, ElementType Type, long Offset, long[] Shape, long[] Strides);
