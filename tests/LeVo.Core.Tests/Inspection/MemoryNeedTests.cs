using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tests.Generation;

namespace LeVo.Core.Tests.Inspection;

public sealed class MemoryNeedTests(TinyModelFolder folder) : IClassFixture<TinyModelFolder>
{
    private static readonly LeLmConfig Medium = new();

    [Theory]
    [InlineData(ModelBackend.Torch, ModelPrecision.Float32, 10.5, 11.4)]
    [InlineData(ModelBackend.Torch, ModelPrecision.BFloat16, 5.2, 5.7)]
    [InlineData(ModelBackend.Cpu, ModelPrecision.Int8, 2.1, 2.4)]
    [InlineData(ModelBackend.Cpu, ModelPrecision.Int4, 1.1, 1.4)]
    public void TheReleasedSizesAreThoseOfTheReadme(ModelBackend backend, ModelPrecision precision, double least, double most)
    {
        MemoryNeed need = MemoryNeed.Of(Medium, backend, precision);
        Assert.InRange(need.Weights / 1e9, least, most);
        Assert.InRange(need.StepBytes, 1, need.Weights);
        // 270 s: 7.8 GB in float32.
        Assert.InRange(need.LongestSong / 1e9, precision == ModelPrecision.Float32 ? 7.5 : 3.7,
            precision == ModelPrecision.Float32 ? 8.1 : 4.1);
        Assert.InRange(need.ShortSong, 1, need.LongestSong / 3);
        // 952 positions of 40 layers in 16 bits.
        Assert.Equal(backend == ModelBackend.Cpu ? 2L * 40 * 1536 * 952 * 2 : 0, need.KeptPrefix);
    }

    [Fact]
    public void CachesInEightBitsTakeHalf()
    {
        MemoryNeed half = MemoryNeed.Of(Medium, ModelBackend.Cpu, ModelPrecision.Int8);
        MemoryNeed small = MemoryNeed.Of(Medium, ModelBackend.Cpu, ModelPrecision.Int8, ModelPrecision.Int8);
        Assert.InRange((double)small.LongestSong / half.LongestSong, 0.5, 0.52);
        Assert.Equal(half.Weights, small.Weights);
    }

    [Fact]
    public void AModelThatDoesNotFitIsRefusedWithTheSettingsThatHelp()
    {
        var options = new LeVoOptions { ModelPath = folder.Path };
        string problem = MemoryNeed.Problem(Medium, options, 8_000_000_000)!;
        Assert.Contains("Torch with Precision Float32 needs 1", problem);
        Assert.Contains("has 8.0 GB", problem);
        Assert.Contains("Backend Cpu with Precision Int8", problem);
        Assert.Contains("Backend Cpu with Precision Int4", problem);
        Assert.Contains("Backend Torch with Precision BFloat16", problem);
        string smaller = MemoryNeed.Problem(Medium, options, 2_500_000_000)!;
        Assert.DoesNotContain("Int8", smaller);
        Assert.Contains("Int4", smaller);
        Assert.Contains("no setting", MemoryNeed.Problem(Medium, options, 1_000_000)!);
        Assert.Null(MemoryNeed.Problem(Medium, options, 64_000_000_000));
        options.Device = "cuda";
        Assert.Null(MemoryNeed.Problem(Medium, options, 1));
    }

    [Fact]
    public void TheRefusalIsALoadError()
    {
        ModelFolder model = ModelFolder.Open(folder.Path);
        var error = Assert.Throws<ModelLoadException>(() => MemoryNeed.Require(model, new(), 1000));
        Assert.Contains("no setting of the precision fits", error.Message);
        MemoryNeed.Require(model, new(), MemoryLimit.Bytes);
        Assert.InRange(MemoryLimit.Bytes, 1L << 28, 1L << 50);
    }
}
