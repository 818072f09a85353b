using System.Runtime.Intrinsics;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// The processor-specific instructions: products of 8-bit numbers, summed over the 4 inputs of each lane. All
/// implementations return identical integers.
/// </summary>
internal interface IDotInstructions
{
    /// <summary>Whether this processor supports the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The largest magnitude of an input.</summary>
    static virtual int LargestInput => RowQuantizer.EightBits;

    /// <summary>The offset that <see cref="Prepare"/> adds to every 8-bit weight.</summary>
    static abstract int Offset8 { get; }

    /// <summary>Broadcasts four inputs to all lanes.</summary>
    static abstract unsafe Vector256<sbyte> Broadcast(sbyte* inputs);

    /// <summary>
    /// Converts a vector of 8-bit weights to the form that <see cref="Add8"/> needs, once for all rows.
    /// </summary>
    static abstract Vector256<byte> Prepare(Vector256<sbyte> weights);

    /// <summary>Adds products with 8-bit weights.</summary>
    static abstract Vector256<int> Add8(
        Vector256<int> sum, Vector256<sbyte> weights, Vector256<byte> prepared, Vector256<sbyte> inputs);

    /// <summary>Adds products with weights of 0 to 15; at most 8 times before <see cref="Finish4"/>.</summary>
    static abstract Vector256<int> Add4(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> inputs);

    /// <summary>Widens the sums to 32 bits, one per lane.</summary>
    static abstract Vector256<int> Finish4(Vector256<int> sum);
}
