using System.Globalization;

namespace LeVo.Core.Checkpoints;

/// <summary>Collects the tensors of the containers of a pickle, by their keys joined with dots.</summary>
internal sealed class TensorCollector
{
    private const int MaxDepth = 64;
    private const int MaxItems = 1 << 22;
    private int items;

    /// <summary>The tensors found so far.</summary>
    public Dictionary<string, TorchTensor> Tensors { get; } = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">There are too many containers, or two tensors of one name.</exception>
    public void Visit(object? value, string name, int depth)
    {
        if (depth > MaxDepth || ++items > MaxItems)
            throw new InvalidDataException("its containers are nested too deeply or have too many items");
        switch (value)
        {
            case TorchTensor tensor when !Tensors.TryAdd(name, tensor):
                throw new InvalidDataException($"'{name}' occurs twice");
            case PickleObject { Items: { Count: > 0 } content }:
                Visit(content, name, depth + 1);
                break;
            case PickleDict dictionary:
                foreach ((object? key, object? item) in dictionary)
                    if (key is string or long)
                        Visit(item, Join(name, Convert.ToString(key, CultureInfo.InvariantCulture)!), depth + 1);
                break;
            case IReadOnlyList<object?> list:
                for (int i = 0; i < list.Count; i++)
                    Visit(list[i], Join(name, i.ToString(CultureInfo.InvariantCulture)), depth + 1);
                break;
        }
    }

    private static string Join(string outer, string inner) => outer.Length == 0 ? inner : $"{outer}.{inner}";
}
