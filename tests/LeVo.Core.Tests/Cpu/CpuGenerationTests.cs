using LeVo.Core.Tests.Generation;

namespace LeVo.Core.Tests.Cpu;

/// <summary>The whole path from a model folder on the CPU backend, at tiny size.</summary>
public sealed class CpuGenerationTests(TinyModelFolder folder) : IClassFixture<TinyModelFolder>
{
    [Theory]
    [InlineData(ModelPrecision.Int8)]
    [InlineData(ModelPrecision.Int4)]
    public Task SeedsRepeatSongsAcrossLoadsAndNeighbours(ModelPrecision precision) =>
        SeededSong.RepeatsAcrossLoadsAndNeighbours(() => Load(precision));

    [Fact]
    public Task ASongContinuesFromItsBeginning() =>
        SeededSong.ContinuesFromItsBeginning(() => Load(ModelPrecision.Int8));

    [Fact]
    public void TheCacheFilesNameTheModel()
    {
        using (LeVoModel model = Load(null))
            Assert.NotNull(model);
        string[] names = [.. Directory.EnumerateFiles(folder.Path, "*.levo").Select(path => Path.GetFileName(path)!)];
        Assert.Contains(names, name => name.StartsWith("model.", StringComparison.Ordinal)
            && name.EndsWith(".int8.levo", StringComparison.Ordinal) && name.Split('.')[1].Length == 16);
    }

    [Fact]
    public void OptionsThatDoNotFitTogetherAreNamed()
    {
        Assert.Empty(Problems(new() { Backend = ModelBackend.Cpu, Precision = ModelPrecision.Int4, Threads = 3 }));
        Assert.Empty(Problems(new() { Precision = ModelPrecision.BFloat16 }));
        Assert.Equal(["Precision is Float16; the backend Cpu computes in Int8 or Int4."],
            Problems(new() { Backend = ModelBackend.Cpu, Precision = ModelPrecision.Float16 }));
        Assert.Equal(["Precision is Int8; the backend Torch computes in Float32, BFloat16 or Float16."],
            Problems(new() { Precision = ModelPrecision.Int8 }));
        Assert.Equal(2, Problems(new() { Backend = ModelBackend.Cpu, Device = "cuda", Threads = 0 }).Length);
        Assert.Single(Problems(new() { Backend = (ModelBackend)7 }));
        Assert.Empty(Problems(new() { Backend = ModelBackend.Cpu, KvCachePrecision = ModelPrecision.Int8 }));
        Assert.Equal(["KvCachePrecision is Int4; it must be Float16 or Int8."],
            Problems(new() { Backend = ModelBackend.Cpu, KvCachePrecision = ModelPrecision.Int4 }));
        Assert.Equal(["KvCachePrecision is Int8; only the backend Cpu takes it."],
            Problems(new() { KvCachePrecision = ModelPrecision.Int8 }));
        Assert.Equal(["CodecPrecision is Int8; it must be Float32, BFloat16 or Float16."],
            Problems(new() { CodecPrecision = ModelPrecision.Int8 }));
        Assert.Equal(["CodecPrecision is Float16, which needs a GPU; on cpu it must be Float32 or BFloat16."],
            Problems(new() { CodecPrecision = ModelPrecision.Float16 }));

        string[] Problems(LeVoOptions options)
        {
            options.ModelPath = folder.Path;
            return [.. options.Problems()];
        }
    }

    private LeVoModel Load(ModelPrecision? precision) => LeVoModel.Load(
        new LeVoOptions { ModelPath = folder.Path, Backend = ModelBackend.Cpu, Precision = precision, Threads = 2 });
}
