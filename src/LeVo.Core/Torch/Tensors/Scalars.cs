using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Tensors;

/// <summary>
/// Arithmetic of tensors with numbers that is safe during garbage collection. A TorchSharp scalar is a native object
/// that its finaliser frees, and TorchSharp's methods pass its address to native code without keeping it alive: a
/// scalar created for a single call (<c>x * 0.5</c>, <c>x.square()</c>, and the factor 1 that TorchSharp creates for
/// <c>x + y</c>) can be freed before the native code reads it. The methods here keep their scalars alive until the
/// call returns; scalars elsewhere must be static fields or <c>using</c> locals. The difference, product and quotient
/// of two tensors need no scalar.
/// </summary>
internal static class Scalars
{
    public static readonly Scalar Zero = 0.ToScalar();
    public static readonly Scalar One = 1.ToScalar();
    public static readonly Scalar Two = 2.ToScalar();

    /// <summary>
    /// The minimum of float32: a score for masked positions that, unlike minus infinity, keeps a fully masked row
    /// finite.
    /// </summary>
    public static readonly Scalar Lowest = float.MinValue.ToScalar();

    private static readonly Scalar SoftplusThreshold = 20.ToScalar();

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    public static Tensor Plus(this Tensor x, double y)
    {
        using Scalar number = y.ToScalar();
        return x.add(number, One);
    }

    /// <summary>Adds an integer; a tensor of integers keeps its type.</summary>
    public static Tensor Plus(this Tensor x, long y)
    {
        using Scalar number = y.ToScalar();
        return x.add(number, One);
    }

    public static Tensor Times(this Tensor x, double y)
    {
        using Scalar number = y.ToScalar();
        return x.mul(number);
    }

    public static Tensor DividedBy(this Tensor x, double y)
    {
        using Scalar number = y.ToScalar();
        return x.div(number);
    }

    /// <summary>x += y, in place.</summary>
    public static Tensor AddInPlace(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x += factor y, in place.</summary>
    public static Tensor AddInPlace(this Tensor x, Tensor y, double factor)
    {
        using Scalar number = factor.ToScalar();
        return x.add_(y, number);
    }

    public static Tensor Squared(this Tensor x) => x.pow(Two);

    /// <summary>Returns a mask of the elements that equal a value.</summary>
    public static Tensor Is(this Tensor x, long value)
    {
        using Scalar number = value.ToScalar();
        return x.eq(number);
    }

    /// <summary>Returns a mask of the elements that differ from a value.</summary>
    public static Tensor IsNot(this Tensor x, long value)
    {
        using Scalar number = value.ToScalar();
        return x.ne(number);
    }

    /// <summary>Creates the tensor 0, 1, ... count - 1.</summary>
    public static Tensor Range(long count, ScalarType dtype, Device? device = null)
    {
        using Scalar end = count.ToScalar();
        return arange(Zero, end, One, dtype, device);
    }

    /// <summary>log(1 + exp(x)), equal to <c>functional.softplus</c>, which creates unsafe scalars.</summary>
    public static Tensor Softplus(this Tensor x) => NativeSoftplus(x, One, SoftplusThreshold);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "softplus1")]
    private static extern Tensor NativeSoftplus(Tensor x, Scalar beta, Scalar threshold);
}
