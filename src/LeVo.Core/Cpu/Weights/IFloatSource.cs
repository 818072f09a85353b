namespace LeVo.Core.Cpu.Weights;

/// <summary>The source of the engine's weights, as float32 and without libtorch. Thread-safe.</summary>
internal interface IFloatSource : IDisposable
{
    /// <summary>
    /// Returns a tensor by its state-dict name, or null when there is none. Values are not read yet.
    /// </summary>
    IFloatTensor? Find(string name);
}

/// <summary>A tensor whose values are read on demand. Thread-safe.</summary>
internal interface IFloatTensor
{
    long[] Shape { get; }

    /// <summary>The name of the stored type if it is not a floating-point type, or null.</summary>
    string? OtherType { get; }

    /// <summary>
    /// Whether the values have few levels, as those of files with less than 8 bits: with the right scale, many of them are
    /// exact in 8 bits.
    /// </summary>
    bool HasFewLevels => false;

    /// <summary>Reads values in row-major order, starting at an element.</summary>
    void Read(long first, Span<float> destination);

    /// <summary>
    /// Reads values that are stored as the engine stores them: groups of 32 signed bytes, each with a scale.
    /// </summary>
    /// <param name="first">The first element, a multiple of the group's size.</param>
    /// <param name="values">Receives the bytes of whole groups.</param>
    /// <param name="scales">Receives a scale for each group.</param>
    /// <returns>False when the values are stored in another way; then nothing is written.</returns>
    bool TryReadGroups(long first, Span<sbyte> values, Span<float> scales) => false;
}
