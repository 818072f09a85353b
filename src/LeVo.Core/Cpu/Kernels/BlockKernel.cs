namespace LeVo.Core.Cpu.Kernels;

/// <summary>Multiplies a block of weights with rows of activations.</summary>
internal abstract unsafe class BlockKernel
{
    /// <summary>Maximum rows per call.</summary>
    public const int MaxRows = 4;

    /// <summary>The fastest kernel that this processor supports.</summary>
    public static BlockKernel Best { get; } = Supported()[0];

    /// <summary>All kernels that this processor supports, the fastest first.</summary>
    public static IReadOnlyList<BlockKernel> Supported()
    {
        var kernels = new List<BlockKernel>();
        Add<VnniDot>(kernels, "AVX-VNNI");
        Add<Avx2Dot>(kernels, "AVX2", new BlockKernel<Avx2SevenBitDot>("AVX2, 7-bit inputs"));
        Add<ArmDot>(kernels, "ARM dot product");
        Add<PortableDot>(kernels, "portable");
        return kernels;
    }

    /// <summary>The name of the instruction set.</summary>
    public abstract string Name { get; }

    /// <summary>The largest magnitude of an input that this kernel accepts.</summary>
    public abstract int LargestInput { get; }

    /// <summary>The kernel for inputs of 7 bits: another one where that is faster.</summary>
    public BlockKernel SevenBits { get; private set; } = null!;

    /// <summary>Multiplies one block with up to <see cref="MaxRows"/> rows.</summary>
    /// <param name="bits">Bits of a weight.</param>
    /// <param name="weights">The block's weights.</param>
    /// <param name="scales">The block's scales.</param>
    /// <param name="groups">Number of groups of the block.</param>
    /// <param name="rows">Activations.</param>
    /// <param name="row">Index of the first row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="results">Receives 8 floats per row, <see cref="MaxRows"/> rows.</param>
    public abstract void Multiply(
        WeightBits bits, byte* weights, ushort* scales, int groups, QuantizedRows rows, int row, int count,
        float* results);

    public override string ToString() => Name;

    private static void Add<T>(List<BlockKernel> kernels, string name, BlockKernel? sevenBits = null)
        where T : struct, IDotInstructions
    {
        if (!T.IsSupported)
            return;
        var kernel = new BlockKernel<T>(name);
        kernel.SevenBits = sevenBits ?? kernel;
        kernels.Add(kernel);
    }
}
