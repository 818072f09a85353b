using LeVo.Core.Audio.Flac;
using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

/// <summary>Channels that flac never writes, bit by bit.</summary>
public class FlacSubframeTests
{
    private const int Fixed1 = 9, Fixed4 = 12, Linear2 = 33;

    [Fact]
    public void Partitions_may_be_stored_plainly_or_be_all_zero()
    {
        long[] samples = Decode(4, writer =>
        {
            Head(writer, Fixed1);
            writer.Write(100, 16); // the first sample
            writer.Write(0, 2);
            writer.Write(1, 4); // two partitions
            writer.Write(15, 4); // escape
            writer.Write(7, 5);
            writer.Write(-50, 7);
            writer.Write(15, 4);
            writer.Write(0, 5); // no bits: zeros
        });
        Assert.Equal([100, 50, 50, 50], samples);
    }

    [Fact]
    public void Long_parameters_have_an_escape_of_their_own()
    {
        long[] samples = Decode(2, writer =>
        {
            Head(writer, 8);
            writer.Write(1, 2);
            writer.Write(0, 4);
            writer.Write(31, 5);
            writer.Write(12, 5);
            writer.Write(-2000, 12);
            writer.Write(2000, 12);
        });
        Assert.Equal([-2000, 2000], samples);
    }

    [Fact]
    public void A_linear_predictor_adds_what_it_predicts()
    {
        long[] samples = Decode(4, writer =>
        {
            Head(writer, Linear2);
            writer.Write(10, 16);
            writer.Write(-7, 16);
            writer.Write(4, 4); // coefficients of 5 bits
            writer.Write(1, 5); // halved
            writer.Write(3, 5);
            writer.Write(-1, 5);
            Residual(writer, 1, 0, -1);
        });
        Assert.Equal([10, -7, (3 * -7 - 10) >> 1, ((3 * -16 + 7) >> 1) - 1], samples);
    }

    [Theory]
    [InlineData("reserved type", 2, 16)]
    [InlineData("reserved type", 13, 16)]
    [InlineData("order 4 for 3 samples", Fixed4, 3)]
    [InlineData("order 2 for 1 samples", Linear2, 1)]
    public void Impossible_kinds_are_refused(string fault, int type, int length) =>
        AssertBroken(fault, length, writer => Head(writer, type));

    [Fact]
    public void Impossible_values_are_refused()
    {
        AssertBroken("begins with a one bit", 4, writer => writer.Write(1, 1));
        AssertBroken("16 wasted bits", 4, writer =>
        {
            writer.Write(0, 7);
            writer.Write(1, 1);
            writer.WriteUnary(15);
        });
        AssertBroken("reserved coding method", 4, writer =>
        {
            Head(writer, 8);
            writer.Write(2, 2);
        });
        AssertBroken("8 partitions for 4 samples", 4, writer =>
        {
            Head(writer, 8);
            writer.Write(0, 2);
            writer.Write(3, 4);
        });
        AssertBroken("4 partitions for 4 samples", 4, writer => // the first partition has no room for the start
        {
            Head(writer, Fixed4);
            writer.Write(0, 32);
            writer.Write(0, 32);
            writer.Write(0, 2);
            writer.Write(2, 4);
        });
        AssertBroken("precision or shift", 4, writer => LinearWith(writer, precision: 15, shift: 0));
        AssertBroken("precision or shift", 4, writer => LinearWith(writer, precision: 3, shift: -1));
        AssertBroken("exceeds 32 bits", 2, writer =>
        {
            Head(writer, 8);
            writer.Write(1, 2);
            writer.Write(0, 4);
            writer.Write(30, 5);
            writer.WriteUnary(5);
        });
        AssertBroken("truncated", 4, _ => { });
    }

    private static void AssertBroken(string fault, int length, Action<BitWriter> write)
    {
        var error = Assert.Throws<InvalidDataException>(() => Decode(length, write));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    private static void LinearWith(BitWriter writer, int precision, int shift)
    {
        Head(writer, Linear2);
        writer.Write(0, 32);
        writer.Write(precision, 4);
        writer.Write(shift, 5);
    }

    private static void Head(BitWriter writer, int type) => writer.Write(type << 1, 8);

    private static void Residual(BitWriter writer, int parameter, params long[] values)
    {
        writer.Write(0, 2);
        writer.Write(0, 4);
        writer.Write(parameter, 4);
        foreach (long value in values)
        {
            long folded = value << 1 ^ value >> 63;
            writer.WriteUnary(folded >> parameter);
            writer.Write(folded, parameter);
        }
    }

    private static long[] Decode(int length, Action<BitWriter> write)
    {
        var writer = new BitWriter();
        write(writer);
        writer.Align();
        var reader = new BitReader(writer.Written, 0);
        var samples = new long[length];
        FlacSubframe.Decode(ref reader, samples, 16);
        return samples;
    }
}
