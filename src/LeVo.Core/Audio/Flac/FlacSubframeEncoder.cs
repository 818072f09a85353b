using System.Numerics;

namespace LeVo.Core.Audio.Flac;

/// <summary>
/// Encodes one channel of a FLAC frame. Planning is a separate step so that sizes can be compared before writing.
/// </summary>
internal sealed class FlacSubframeEncoder
{
    private const int MostOrder = 4, MostPartitionOrder = 8, LeastPartition = 16;
    private const int ConstantType = 0, VerbatimType = 1, FixedType = 8;
    private readonly long[] residual = new long[FlacFrameEncoder.BlockSize];
    private readonly ulong[] sums = new ulong[1 << MostPartitionOrder];
    private readonly byte[] parameters = new byte[1 << MostPartitionOrder], trial = new byte[1 << MostPartitionOrder];
    private readonly long[] samples = new long[FlacFrameEncoder.BlockSize];
    private int length, bits, wasted, type, order, partitionOrder;

    /// <summary>Approximate size of the planned subframe in bits.</summary>
    public long Cost { get; private set; }

    /// <summary>Chooses how to store the samples, which have the given bits.</summary>
    public void Plan(ReadOnlySpan<long> given, int givenBits)
    {
        long all = 0;
        foreach (long sample in given)
            all |= sample;
        wasted = all == 0 ? 0 : BitOperations.TrailingZeroCount(all); // 16-bit audio in 24 bits takes no more space
        length = given.Length;
        bits = givenBits - wasted;
        for (int i = 0; i < length; i++)
            samples[i] = given[i] >> wasted;
        int head = 8 + wasted;
        if (!given.ContainsAnyExcept(given[0]))
        {
            type = ConstantType;
            Cost = head + bits;
            return;
        }
        type = VerbatimType;
        Cost = head + (long)bits * length;
        order = BestOrder();
        Difference(order);
        long coded = PlanPartitions() + (long)bits * order + head + 6;
        if (coded < Cost)
        {
            type = FixedType + order;
            Cost = coded;
        }
    }

    /// <summary>Writes the planned subframe.</summary>
    public void Write(BitWriter writer)
    {
        writer.Write(type, 7); // a zero, then the type
        writer.Write(wasted > 0 ? 1 : 0, 1);
        if (wasted > 0)
            writer.WriteUnary(wasted - 1);
        int plain = type switch { ConstantType => 1, VerbatimType => length, _ => order };
        foreach (long sample in samples.AsSpan(0, plain))
            writer.Write(sample, bits);
        if (type >= FixedType)
            WriteResidual(writer);
    }

    /// <summary>The order of the fixed predictor with the smallest residual, at most the frame's length.</summary>
    private int BestOrder()
    {
        Span<long> cost = stackalloc long[MostOrder + 1];
        cost.Clear();
        long a = 0, b = 0, c = 0, d = 0;
        for (int i = 0; i < length; i++)
        {
            long x = samples[i], first = x - a, second = first - b, third = second - c, fourth = third - d;
            if (i >= MostOrder)
            {
                cost[0] += Math.Abs(x);
                cost[1] += Math.Abs(first);
                cost[2] += Math.Abs(second);
                cost[3] += Math.Abs(third);
                cost[4] += Math.Abs(fourth);
            }
            (a, b, c, d) = (x, first, second, third);
        }
        int best = 0;
        for (int candidate = 1; candidate < cost.Length && length > MostOrder; candidate++)
            if (cost[candidate] < cost[best])
                best = candidate;
        return best;
    }

    /// <summary>Computes the residual: the difference, taken as many times as the order.</summary>
    private void Difference(int times)
    {
        samples.AsSpan(0, length).CopyTo(residual);
        for (int n = 1; n <= times; n++)
            for (int i = length - 1; i >= n; i--)
                residual[i] -= residual[i - 1];
    }

    /// <summary>Chooses partitions and their Rice parameters.</summary>
    /// <returns>Bits of the residual.</returns>
    private long PlanPartitions()
    {
        int most = Math.Min(MostPartitionOrder, BitOperations.TrailingZeroCount(length));
        while (most > 0 && (length >> most < LeastPartition || length >> most < order))
            most--;
        int size = length >> most;
        for (int p = 0; p < 1 << most; p++)
        {
            sums[p] = 0;
            for (int i = Math.Max(order, p * size); i < (p + 1) * size; i++)
                sums[p] += Fold(residual[i]);
        }
        long best = long.MaxValue;
        for (int candidate = most; candidate >= 0; candidate--)
        {
            long total = 0;
            for (int p = 0; p < 1 << candidate; p++)
            {
                int count = (length >> candidate) - (p == 0 ? order : 0);
                int parameter = count == 0 ? 0 : Math.Min(30, BitOperations.Log2(sums[p] / (ulong)count + 1));
                trial[p] = (byte)parameter;
                total += 5 + count * (1L + parameter) + (long)(sums[p] >> parameter);
                if ((p & 1) != 0)
                    sums[p >> 1] = sums[p - 1] + sums[p]; // for the next lower partition order
            }
            if (total >= best)
                continue;
            best = total;
            partitionOrder = candidate;
            trial.AsSpan(0, 1 << candidate).CopyTo(parameters);
        }
        return best;
    }

    private void WriteResidual(BitWriter writer)
    {
        bool wide = parameters.AsSpan(0, 1 << partitionOrder).ContainsAnyInRange((byte)15, (byte)30);
        writer.Write(wide ? 1 : 0, 2);
        writer.Write(partitionOrder, 4);
        int size = length >> partitionOrder;
        for (int p = 0, at = order; p < 1 << partitionOrder; p++)
        {
            int parameter = parameters[p];
            writer.Write(parameter, wide ? 5 : 4);
            for (; at < (p + 1) * size; at++)
            {
                ulong folded = Fold(residual[at]);
                writer.WriteUnary((long)(folded >> parameter));
                writer.Write((long)folded, parameter);
            }
        }
    }

    /// <summary>Zigzag coding: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.</summary>
    private static ulong Fold(long value) => (ulong)(value << 1 ^ value >> 63);
}
