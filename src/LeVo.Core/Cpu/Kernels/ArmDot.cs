using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>The ARM dot product instruction: signed factors, two 128-bit halves per vector.</summary>
internal readonly struct ArmDot : IDotInstructions
{
    public static bool IsSupported => Dp.IsSupported;

    public static int Offset8 => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<sbyte> Broadcast(sbyte* inputs) => Vector256.Create(*(int*)inputs).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Prepare(Vector256<sbyte> weights) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add8(
        Vector256<int> sum, Vector256<sbyte> weights, Vector256<byte> prepared, Vector256<sbyte> inputs) =>
        Vector256.Create(
            Dp.DotProduct(sum.GetLower(), weights.GetLower(), inputs.GetLower()),
            Dp.DotProduct(sum.GetUpper(), weights.GetUpper(), inputs.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add4(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> inputs) =>
        Add8(sum, weights.AsSByte(), default, inputs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Finish4(Vector256<int> sum) => sum;
}
