using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// AVX2 with inputs of 7 bits: an offset of 127 makes the weights unsigned, so that no sign is applied. 254 * 63 * 2 fits
/// into 16 bits.
/// </summary>
internal readonly struct Avx2SevenBitDot : IDotInstructions
{
    public static bool IsSupported => Avx2Dot.IsSupported;

    public static int Offset8 => 127;

    public static int LargestInput => RowQuantizer.SevenBits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<sbyte> Broadcast(sbyte* inputs) => Avx2Dot.Broadcast(inputs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Prepare(Vector256<sbyte> weights) => weights.AsByte() + Vector256.Create((byte)127);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add8(
        Vector256<int> sum, Vector256<sbyte> weights, Vector256<byte> prepared, Vector256<sbyte> inputs) =>
        Avx2.Add(sum, Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(prepared, inputs), Vector256<short>.One));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add4(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> inputs) =>
        Avx2Dot.Add4(sum, weights, inputs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Finish4(Vector256<int> sum) => Avx2Dot.Finish4(sum);
}
