using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// AVX2. Its 8-bit product takes an unsigned and a signed factor, so the weight's sign is applied to the input. 127 *
/// 127 * 2 fits into 16 bits, as do eight accumulations with 4-bit weights.
/// </summary>
internal readonly struct Avx2Dot : IDotInstructions
{
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static int Offset8 => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<sbyte> Broadcast(sbyte* inputs) =>
        Avx2.BroadcastScalarToVector256((int*)inputs).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Prepare(Vector256<sbyte> weights) => Avx2.Abs(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add8(
        Vector256<int> sum, Vector256<sbyte> weights, Vector256<byte> prepared, Vector256<sbyte> inputs) =>
        Avx2.Add(sum, Avx2.MultiplyAddAdjacent(
            Avx2.MultiplyAddAdjacent(prepared, Avx2.Sign(inputs, weights)), Vector256<short>.One));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add4(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> inputs) =>
        Avx2.Add(sum.AsInt16(), Avx2.MultiplyAddAdjacent(weights, inputs)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Finish4(Vector256<int> sum) =>
        Avx2.MultiplyAddAdjacent(sum.AsInt16(), Vector256<short>.One);
}
