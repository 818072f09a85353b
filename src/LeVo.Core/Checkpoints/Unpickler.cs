using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace LeVo.Core.Checkpoints;

/// <summary>Resolves the names, calls and storages of a pickle.</summary>
internal interface IPickleSymbols
{
    /// <summary>
    /// Resolves a name. Throws an <see cref="InvalidDataException"/> for names that are not allowed.
    /// </summary>
    object Resolve(PickleGlobal name);

    /// <summary>Returns the result of calling a resolved name.</summary>
    object? Call(object callable, object?[] arguments);

    /// <summary>Resolves a persistent id.</summary>
    object Persistent(object? id);
}

/// <summary>
/// Reads Python's pickle format, protocols 2 to 5, as data: containers, numbers, strings, and the names that
/// <see cref="IPickleSymbols"/> accepts. No code is executed. Memory is proportional to the pickle's length.
/// </summary>
internal sealed class Unpickler(byte[] pickle, IPickleSymbols symbols)
{
    private const int MaxStack = 1 << 20;
    private const int MaxIntegerBytes = 64;
    private static readonly object Mark = new();
    private readonly List<object?> stack = [];
    private readonly Dictionary<uint, object?> memo = [];
    private int position;

    /// <summary>Reads the pickled value.</summary>
    /// <exception cref="InvalidDataException">The pickle is corrupt, or contains unsupported values.</exception>
    public object? Read()
    {
        while (true)
        {
            int at = position;
            byte opcode = Take(1)[0];
            if (opcode == '.')
                return Pop();
            if (!Step(opcode))
                throw new InvalidDataException($"the pickle has the unknown opcode 0x{opcode:x2} at byte {at}");
            if (stack.Count > MaxStack)
                throw new InvalidDataException("the pickle is nested too deeply");
        }
    }

    private bool Step(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                if (Take(1)[0] is < 2 or > 5)
                    throw new InvalidDataException("the pickle's protocol is not one of 2 to 5");
                break;
            case 0x95: Take(8); break; // FRAME
            case (byte)'(': Push(Mark); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'2': Push(Peek()); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case (byte)'K': Push((long)Take(1)[0]); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 0x8A: Push(Integer(Take(1)[0])); break;
            case 0x8B: Push(Integer(UInt32())); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 0x8C: Push(Text(Take(1)[0])); break;
            case (byte)'X': Push(Text(UInt32())); break;
            case 0x8D: Push(Text(UInt64())); break;
            case (byte)'U': Push(Encoding.Latin1.GetString(Take(Take(1)[0]))); break;
            case (byte)'T': Push(Encoding.Latin1.GetString(Take(UInt32()))); break;
            case (byte)'C': Push(Take(Take(1)[0]).ToArray()); break;
            case (byte)'B': Push(Take(UInt32()).ToArray()); break;
            case 0x8E or 0x96: Push(Take(UInt64()).ToArray()); break;
            case (byte)'c': Push(symbols.Resolve(new(Line(), Line()))); break;
            case 0x93: // STACK_GLOBAL
                string name = Pop<string>();
                Push(symbols.Resolve(new(Pop<string>(), name)));
                break;
            case (byte)'Q': Push(symbols.Persistent(Pop())); break;
            case (byte)'R' or 0x81 or 0x92: // REDUCE, NEWOBJ, NEWOBJ_EX: a callable and its arguments
                if (opcode == 0x92)
                    Pop(); // the named arguments
                object?[] arguments = Pop<object?[]>();
                Push(symbols.Call(Pop<object>(), arguments));
                break;
            case (byte)'b': Build(); break;
            default: return Container(opcode) || Memo(opcode);
        }
        return true;
    }

    private bool Container(byte opcode)
    {
        switch (opcode)
        {
            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopToMark()); break;
            case 0x85 or 0x86 or 0x87: Push(PopMany(opcode - 0x84)); break;
            case (byte)']' or 0x8F: Push(new List<object?>()); break; // a set is read as a list
            case (byte)'l' or 0x91: Push(PopToMark().ToList()); break;
            case (byte)'a': Append([Pop()]); break;
            case (byte)'e' or 0x90: Append(PopToMark()); break;
            case (byte)'}': Push(new PickleDict()); break;
            case (byte)'d': object?[] content = PopToMark(); Push(new PickleDict()); SetItems(content); break;
            case (byte)'s': SetItems(PopMany(2)); break;
            case (byte)'u': SetItems(PopToMark()); break;
            default: return false;
        }
        return true;
    }

    private bool Memo(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'q': memo[Take(1)[0]] = Peek(); break;
            case (byte)'r': memo[UInt32()] = Peek(); break;
            case 0x94: memo[(uint)memo.Count] = Peek(); break;
            case (byte)'h': Push(Recall(Take(1)[0])); break;
            case (byte)'j': Push(Recall(UInt32())); break;
            default: return false;
        }
        return true;
    }

    /// <summary>
    /// Skips the state of a class instance. That of dictionaries and unknown objects is not needed.
    /// </summary>
    private void Build()
    {
        Pop();
        if (Peek() is not (PickleDict or PickleObject))
            throw new InvalidDataException("the pickle sets the state of an object that has none");
    }

    private void Append(object?[] items)
    {
        // A foreign object may be a list: its items are not needed.
        if (Peek() is not PickleObject)
            Peek<List<object?>>().AddRange(items);
    }

    private void SetItems(object?[] content)
    {
        PickleDict target = Peek() is PickleObject foreign ? foreign.Items : Peek<PickleDict>();
        if (content.Length % 2 != 0)
            throw new InvalidDataException("the pickle has a key without a value");
        for (int i = 0; i < content.Length; i += 2)
            target.Add(new(content[i], content[i + 1]));
    }

    private object? Recall(uint key) => memo.TryGetValue(key, out object? value)
        ? value
        : throw new InvalidDataException($"the pickle refers to its item {key}, which does not exist");

    private object Integer(ulong length)
    {
        if (length > MaxIntegerBytes)
            throw new InvalidDataException($"the pickle has an integer of {length} bytes");
        var value = new BigInteger(Take(length));
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private string Text(ulong length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        int length = pickle.AsSpan(position).IndexOf((byte)'\n');
        string line = Encoding.UTF8.GetString(Take((ulong)(length < 0 ? int.MaxValue : length)));
        position++;
        return line;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(pickle.Length - position))
            throw new InvalidDataException("the pickle ends early");
        ReadOnlySpan<byte> taken = pickle.AsSpan(position, (int)length);
        position += (int)length;
        return taken;
    }

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    private void Push(object? value) => stack.Add(value);

    private object? Peek() => stack.Count > 0 && stack[^1] != Mark
        ? stack[^1]
        : throw new InvalidDataException("the pickle pops from an empty stack");

    private T Peek<T>() => Peek() is T value ? value : throw Unexpected(Peek(), typeof(T));

    private object? Pop()
    {
        object? value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private T Pop<T>()
    {
        object? value = Pop();
        return value is T typed ? typed : throw Unexpected(value, typeof(T));
    }

    private object?[] PopMany(int count)
    {
        var values = new object?[count];
        while (count > 0)
            values[--count] = Pop();
        return values;
    }

    private object?[] PopToMark()
    {
        int mark = stack.LastIndexOf(Mark);
        if (mark < 0)
            throw new InvalidDataException("the pickle lacks a mark");
        object?[] values = [.. stack[(mark + 1)..]];
        stack.RemoveRange(mark, stack.Count - mark);
        return values;
    }

    private static InvalidDataException Unexpected(object? value, Type wanted) =>
        new($"the pickle has {value?.GetType().Name ?? "None"} where {wanted.Name} is expected");
}
