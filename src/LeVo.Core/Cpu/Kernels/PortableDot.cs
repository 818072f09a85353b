using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>The portable implementation with shifts and 32-bit products, for every processor.</summary>
internal readonly struct PortableDot : IDotInstructions
{
    private const int Byte = 8;
    private const int Top = 24;

    public static bool IsSupported => true;

    public static int Offset8 => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<sbyte> Broadcast(sbyte* inputs) => Vector256.Create(*(int*)inputs).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Prepare(Vector256<sbyte> weights) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add8(
        Vector256<int> sum, Vector256<sbyte> weights, Vector256<byte> prepared, Vector256<sbyte> inputs)
    {
        Vector256<int> w = weights.AsInt32(), a = inputs.AsInt32();
        return sum + Signed(w, 0) * Signed(a, 0) + Signed(w, 1) * Signed(a, 1)
            + Signed(w, 2) * Signed(a, 2) + Signed(w, 3) * Signed(a, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add4(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> inputs) =>
        Add8(sum, weights.AsSByte(), default, inputs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Finish4(Vector256<int> sum) => sum;

    /// <summary>Byte i of every lane, sign-extended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Signed(Vector256<int> x, int i) =>
        Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(x, Top - Byte * i), Top);
}
