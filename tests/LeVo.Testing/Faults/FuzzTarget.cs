namespace LeVo.Testing.Faults;

/// <summary>A reader of untrusted input, and what it may throw.</summary>
/// <param name="Name">Its name in failures.</param>
/// <param name="Seeds">Good inputs that are damaged.</param>
/// <param name="Read">Reads an input to its end.</param>
/// <param name="Documented">The exceptions that its documentation names.</param>
public sealed record FuzzTarget(
    string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read, params IReadOnlyList<Type> Documented)
{
    /// <summary>Its part of the inputs in a thousand.</summary>
    public int Share { get; init; } = 100;

    /// <summary>What a good input allocates beside its own size: tables of a fixed size, the sound that it holds.</summary>
    public long Fixed { get; init; }
}
