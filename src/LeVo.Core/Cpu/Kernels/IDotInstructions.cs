using System.Runtime.Intrinsics;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// The few instructions in which processors differ: products of 8-bit numbers, summed over the 4 inputs of each lane.
/// All implementations give exactly the same integers.
/// </summary>
internal interface IDotInstructions
{
    /// <summary>Whether this processor has them.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>What <see cref="Prepare"/> adds to every 8-bit weight before it is multiplied.</summary>
    static abstract int Offset8 { get; }

    /// <summary>Four inputs, the same for all lanes.</summary>
    static abstract unsafe Vector256<sbyte> Broadcast(sbyte* inputs);

    /// <summary>What all rows need of a vector of 8-bit weights.</summary>
    static abstract Vector256<byte> Prepare(Vector256<sbyte> weights);

    /// <summary>Adds products with 8-bit weights.</summary>
    static abstract Vector256<int> Add8(
        Vector256<int> sum, Vector256<sbyte> weights, Vector256<byte> prepared, Vector256<sbyte> inputs);

    /// <summary>Adds products with weights of 0 to 15; up to 8 times before <see cref="Finish4"/>.</summary>
    static abstract Vector256<int> Add4(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> inputs);

    /// <summary>The sums in 32 bits, one a lane.</summary>
    static abstract Vector256<int> Finish4(Vector256<int> sum);
}
