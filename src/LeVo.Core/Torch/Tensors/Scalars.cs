using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Tensors;

/// <summary>
/// Arithmetic of tensors with numbers that is safe beside a garbage collection. A TorchSharp scalar is a native object that its
/// finaliser frees, and TorchSharp's methods hand its address to native code without keeping it alive: one that is made for a
/// single call (<c>x * 0.5</c>, <c>x.square()</c>, and the factor 1 that TorchSharp itself makes for <c>x + y</c>) can be freed
/// before the native code reads it. The methods here hold theirs until the call is over; a scalar elsewhere stands in a static
/// field, or in a <c>using</c> local. The difference, product and quotient of two tensors need no scalar.
/// </summary>
internal static class Scalars
{
    public static readonly Scalar Zero = 0.ToScalar();
    public static readonly Scalar One = 1.ToScalar();
    public static readonly Scalar Two = 2.ToScalar();

    /// <summary>Float32's minimum: a masked score that, unlike minus infinity, leaves a wholly masked row finite.</summary>
    public static readonly Scalar Lowest = float.MinValue.ToScalar();

    private static readonly Scalar SoftplusThreshold = 20.ToScalar();

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    public static Tensor Plus(this Tensor x, double y)
    {
        using Scalar number = y.ToScalar();
        return x.add(number, One);
    }

    /// <summary>Keeps a tensor of integers one.</summary>
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

    /// <summary>Where an integer tensor holds this value.</summary>
    public static Tensor Is(this Tensor x, long value)
    {
        using Scalar number = value.ToScalar();
        return x.eq(number);
    }

    /// <summary>Where an integer tensor holds another value.</summary>
    public static Tensor IsNot(this Tensor x, long value)
    {
        using Scalar number = value.ToScalar();
        return x.ne(number);
    }

    /// <summary>0, 1, ... count - 1.</summary>
    public static Tensor Range(long count, ScalarType dtype, Device? device = null)
    {
        using Scalar end = count.ToScalar();
        return arange(Zero, end, One, dtype, device);
    }

    /// <summary>log(1 + exp(x)), as <c>functional.softplus</c>, which makes its scalars itself.</summary>
    public static Tensor Softplus(this Tensor x) => NativeSoftplus(x, One, SoftplusThreshold);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "softplus1")]
    private static extern Tensor NativeSoftplus(Tensor x, Scalar beta, Scalar threshold);
}
