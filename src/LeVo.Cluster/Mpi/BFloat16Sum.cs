using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LeVo.Cluster.Mpi;

/// <summary>Sums of bfloat16, for which MPI has no type: in float32, rounded to the nearest, ties to even.</summary>
internal static unsafe class BFloat16Sum
{
    private const ushort NotANumber = 0x7FC0;

    /// <summary>The function of an MPI operation: adds the first vector to the second.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void Add(void* from, void* to, int* count, void* type) =>
        Add(new ReadOnlySpan<ushort>(from, *count), new Span<ushort>(to, *count));

    /// <summary>Adds bfloat16 numbers, given by their bits, in place.</summary>
    public static void Add(ReadOnlySpan<ushort> from, Span<ushort> to)
    {
        int i = 0;
        for (; i <= to.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(from[i..]), out Vector<uint> a, out Vector<uint> c);
            Vector.Widen(new Vector<ushort>(to[i..]), out Vector<uint> b, out Vector<uint> d);
            Vector.Narrow(Rounded(a, b), Rounded(c, d)).CopyTo(to[i..]);
        }
        for (; i < to.Length; i++)
            to[i] = (ushort)Rounded(new Vector<uint>(from[i]), new Vector<uint>(to[i]))[0];
    }

    private static Vector<uint> Rounded(Vector<uint> a, Vector<uint> b)
    {
        Vector<float> sum = Vector.AsVectorSingle(a << 16) + Vector.AsVectorSingle(b << 16);
        Vector<uint> bits = Vector.AsVectorUInt32(sum);
        Vector<uint> rounded = (bits + new Vector<uint>(0x7FFF) + ((bits >>> 16) & Vector<uint>.One)) >>> 16;
        Vector<uint> isNumber = Vector.AsVectorUInt32(Vector.Equals(sum, sum));
        return Vector.ConditionalSelect(isNumber, rounded, new Vector<uint>(NotANumber));
    }
}
