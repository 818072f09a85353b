using System.Text;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// The names that a pickle of <c>torch.save</c> may use: tensors, parameters, storages, element types, plain
/// containers. Any other name becomes an inert placeholder, so that weights beside foreign objects can be read;
/// <see cref="DangerousNames"/> are rejected. No code is ever executed.
/// </summary>
internal sealed class TorchSymbols : IPickleSymbols
{
    private static readonly Dictionary<string, ElementType> Types = new(StringComparer.Ordinal)
    {
        ["float64"] = ElementType.Float64,
        ["float32"] = ElementType.Float32,
        ["float16"] = ElementType.Float16,
        ["bfloat16"] = ElementType.BFloat16,
        ["float8_e4m3fn"] = ElementType.Float8E4M3,
        ["float8_e5m2"] = ElementType.Float8E5M2,
        ["int64"] = ElementType.Int64,
        ["int32"] = ElementType.Int32,
        ["int16"] = ElementType.Int16,
        ["int8"] = ElementType.Int8,
        ["uint8"] = ElementType.UInt8,
        ["bool"] = ElementType.Bool,
    };

    private static readonly Dictionary<string, ElementType?> Storages = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = ElementType.Float64,
        ["FloatStorage"] = ElementType.Float32,
        ["HalfStorage"] = ElementType.Float16,
        ["BFloat16Storage"] = ElementType.BFloat16,
        ["LongStorage"] = ElementType.Int64,
        ["IntStorage"] = ElementType.Int32,
        ["ShortStorage"] = ElementType.Int16,
        ["CharStorage"] = ElementType.Int8,
        ["ByteStorage"] = ElementType.UInt8,
        ["BoolStorage"] = ElementType.Bool,
        ["UntypedStorage"] = null,
    };

    private static readonly HashSet<string> Callables = new(StringComparer.Ordinal)
    {
        "collections.OrderedDict", "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_tensor_v3", "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_parameter_with_state", "torch._tensor._rebuild_from_type_v2",
        "torch.nn.parameter.Parameter", "torch.Tensor", "torch.Size", "torch.device",
        "builtins.set", "builtins.frozenset", "__builtin__.set", "__builtin__.frozenset", "_codecs.encode",
    };

    /// <summary>The first unknown name, or null.</summary>
    public PickleGlobal? Unknown { get; private set; }

    public object Resolve(PickleGlobal name)
    {
        if (name.Module is "torch" or "torch.cuda" or "torch.storage"
            && Storages.TryGetValue(name.Name, out ElementType? stored))
            return new StorageClass(stored);
        if (name.Module == "torch" && Types.TryGetValue(name.Name, out ElementType type))
            return type;
        if (DangerousNames.Contains(name))
        {
            throw new InvalidDataException(
                $"the pickle names '{name}', which no checkpoint needs and which can do harm in other programs; don't trust it");
        }
        if (!Callables.Contains(name.ToString()))
            Unknown ??= name;
        return name;
    }

    public object? Call(object callable, object?[] arguments)
    {
        if (callable is PickleObject)
            return new PickleObject(callable, arguments);
        if (callable is not PickleGlobal name)
            throw new InvalidDataException($"the pickle calls a {callable.GetType().Name}");
        // A tensor with Python attributes: a call nested in the arguments of another call, one level deep.
        return name.ToString() == "torch._tensor._rebuild_from_type_v2"
            ? CallSimple(Argument<PickleGlobal>(arguments, 0), Argument<object?[]>(arguments, 2))
            : CallSimple(name, arguments);
    }

    public object Persistent(object? id) =>
        id is object?[] and ["storage", StorageClass(var type), string key, _, long count, ..]
        ? new TorchStorage(type, key, count)
        : throw new InvalidDataException(id is object?[] and [_, PickleGlobal name, ..]
            ? $"the pickle has a storage '{name}', whose element type is not supported"
            : "the pickle refers to something other than a storage");

    private static object? CallSimple(PickleGlobal name, object?[] arguments)
    {
        switch (name.ToString())
        {
            case "collections.OrderedDict":
                var dictionary = new PickleDict();
                foreach (object? pair in arguments.Length > 0 ? Items(arguments[0]) : [])
                    dictionary.Add(new(Items(pair).ElementAtOrDefault(0), Items(pair).ElementAtOrDefault(1)));
                return dictionary;
            case "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2":
                return Tensor(arguments, Argument<TorchStorage>(arguments, 0).Type ?? ElementType.UInt8, metadata: 6);
            case "torch._utils._rebuild_tensor_v3":
                return Tensor(arguments, Argument<ElementType>(arguments, 6), metadata: 7);
            case "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state"
                or "torch.nn.parameter.Parameter":
                return Argument<TorchTensor>(arguments, 0);
            case "torch.Size":
                return Items(arguments.ElementAtOrDefault(0)).ToArray();
            case "torch.device":
                return Argument<string>(arguments, 0);
            case "_codecs.encode":
                return Encoding.Latin1.GetBytes(Argument<string>(arguments, 0));
            case "builtins.set" or "builtins.frozenset" or "__builtin__.set" or "__builtin__.frozenset":
                return arguments.Length > 0 ? Items(arguments[0]).ToList() : [];
            default:
                return new PickleObject(name, arguments);
        }
    }

    private static TorchTensor Tensor(object?[] arguments, ElementType type, int metadata) =>
        arguments.ElementAtOrDefault(metadata) is PickleDict { Count: > 0 }
            ? throw new InvalidDataException("the pickle contains a lazily conjugated or negated tensor")
            : new(Argument<TorchStorage>(arguments, 0), type, Argument<long>(arguments, 1), Numbers(arguments, 2),
                Numbers(arguments, 3));

    private static long[] Numbers(object?[] arguments, int index) =>
    [
        .. Items(arguments.ElementAtOrDefault(index)).Select(item => item is long number
            ? number
            : throw new InvalidDataException("the pickle has a size or stride that is not an integer")),
    ];

    private static IReadOnlyList<object?> Items(object? value) => value switch
    {
        object?[] tuple => tuple,
        List<object?> list => list,
        _ => throw new InvalidDataException("the pickle lacks an expected list"),
    };

    private static T Argument<T>(object?[] arguments, int index) =>
        index < arguments.Length && arguments[index] is T value
        ? value
        : throw new InvalidDataException($"the pickle lacks a {typeof(T).Name} among the arguments of a call");

    /// <summary>A class of storages; a null type means bytes.</summary>
    private sealed record StorageClass(ElementType? Type);
}
