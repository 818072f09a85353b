namespace LeVo.Core.Cpu.Weights;

/// <summary>Where the engine's weights come from, as float32 and without libtorch. Thread-safe.</summary>
internal interface IFloatSource : IDisposable
{
    /// <summary>A tensor by its state-dict name, or null when there is none. Nothing is read yet.</summary>
    IFloatTensor? Find(string name);
}

/// <summary>A tensor whose values are read when they are needed. Thread-safe.</summary>
internal interface IFloatTensor
{
    long[] Shape { get; }

    /// <summary>What it holds where that is no floating-point type, or null.</summary>
    string? OtherType { get; }

    /// <summary>Values in row-major order from an element on.</summary>
    void Read(long first, Span<float> destination);
}
