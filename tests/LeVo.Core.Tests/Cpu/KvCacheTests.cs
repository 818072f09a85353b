using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Model;
using LeVo.Testing;

namespace LeVo.Core.Tests.Cpu;

public sealed class KvCacheTests
{
    [Fact]
    public void NoPositionBeyondTheCapacityIsAccepted()
    {
        LeLmConfig config = CpuModel.Small;
        using var branch = new BranchCache(config, KvFormat.Half, columns: 3);
        KvCache cache = branch.Mixed;
        cache.Length = config.PrefixLength;
        var rows = new PassRows(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Length = config.PrefixLength + 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Length = -1);
        for (int i = 0; i < 3; i++)
            rows.Add(cache);
        Assert.Throws<InvalidOperationException>(() => rows.Add(cache));
    }

    /// <summary>The null branch's conditions, and those of takes, are in memory once, whatever the format.</summary>
    [Theory]
    [InlineData("float16")]
    [InlineData("int8")]
    public void SongsShareEqualConditions(string format)
    {
        LeLmConfig config = CpuModel.Small;
        KvFormat stored = Format(format);
        using CpuEngine engine = CpuModel.Build(config, new() { Threads = 2, KvFormat = stored });
        using var first = (CpuSequence)engine.Start(CpuModel.Preparer(config), CpuModel.Song, 5);
        using var second = (CpuSequence)engine.Start(CpuModel.Preparer(config), CpuModel.Song with { Lyrics = "[chorus] oh" }, 5);
        using var take = (CpuSequence)engine.Start(CpuModel.Preparer(config), CpuModel.Song with { Lyrics = "[chorus] oh" }, 5);
        foreach (CpuSequence sequence in (CpuSequence[])[first, second, take])
            sequence.ReadPrefix(null, TestContext.Current.CancellationToken);
        long prefix = BranchPrefix.BytesFor(config, stored);
        long columns = KvSegment.BytesFor(stored, config, config.MixedLayers + config.TrackLayers, 5);
        Assert.Equal(2 * columns + prefix, first.OwnBytes);
        Assert.Equal(2 * columns, second.OwnBytes);
        Assert.Equal(2 * columns, take.OwnBytes);
        using var branch = new BranchCache(config, stored, 5);
        branch.CreatePrefix();
        Assert.Equal(columns + prefix, branch.OwnBytes);
    }

    /// <summary>A cache in 8 bits takes about half: a scale of 4 bytes beside the bytes of a head.</summary>
    [Fact]
    public void EightBitsTakeHalfTheMemory()
    {
        LeLmConfig released = new();
        Assert.Equal(2, KvFormat.Half.ElementBytes(released.HeadWidth));
        Assert.Equal(1 + 4.0 / released.HeadWidth, KvFormat.Int8.ElementBytes(released.HeadWidth));
    }

    internal static KvFormat Format(string name) => name == "int8" ? KvFormat.Int8 : KvFormat.Half;
}
