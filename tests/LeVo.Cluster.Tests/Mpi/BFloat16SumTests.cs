using LeVo.Cluster.Mpi;

namespace LeVo.Cluster.Tests.Mpi;

public sealed class BFloat16SumTests
{
    [Fact]
    public void SumsAreRoundedToTheNearestWithTiesToEven()
    {
        var random = new Random(3);
        ushort[] a = [.. Enumerable.Range(0, 1003).Select(_ => (ushort)random.Next(1 << 16))];
        ushort[] b = [.. a.Select(_ => (ushort)random.Next(1 << 16))], sums = [.. b];
        BFloat16Sum.Add(a, sums);
        Assert.All(Enumerable.Range(0, a.Length), i => Assert.Equal(Expected(Wide(a[i]) + Wide(b[i])), sums[i]));
    }

    private static float Wide(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static ushort Expected(float sum)
    {
        if (float.IsNaN(sum))
            return 0x7FC0;
        uint bits = BitConverter.SingleToUInt32Bits(sum), below = bits & 0xFFFF, kept = bits >> 16;
        return (ushort)(below > 0x8000 || (below == 0x8000 && (kept & 1) == 1) ? kept + 1 : kept);
    }
}
