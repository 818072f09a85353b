using LeVo.Core.Cpu;
using LeVo.Core.Model;

namespace LeVo.Core.Tests.Cpu;

public sealed class KvCacheTests
{
    [Fact]
    public void NoPositionBeyondTheCapacityIsAccepted()
    {
        using var cache = new KvCache(new LeLmConfig() with { Width = 64, Heads = 2 }, layers: 1, capacity: 3);
        var rows = new PassRows(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Length = 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Length = -1);
        for (int i = 0; i < 3; i++)
            rows.Add(cache);
        Assert.Throws<InvalidOperationException>(() => rows.Add(cache));
    }
}
